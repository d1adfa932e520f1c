// @ts-check
import { call, Problem } from './api.js';

// As many hashes as are under way at once. The browser computes them outside the page's own thread, which stays free between two
// batches; a worker of ours would need a Trusted Types policy, and the pages have none.
const batch = 500;

/**
 * Solves the captcha that the server sets: a proof of work in ALTCHA's format.
 * @returns {Promise<string>} What goes into the request's `captcha` member.
 */
export async function solve() {
  const { body } = await call('GET', '/auth/captcha');
  if (body.algorithm !== 'SHA-256') throw new Problem(0, { title: 'Please sign in where your company\'s captcha is shown.' });
  const { algorithm, challenge, salt, signature, maxnumber } = body;
  const wanted = Uint8Array.from(challenge.match(/../g), (/** @type {string} */ byte) => parseInt(byte, 16));
  const text = new TextEncoder();
  for (let first = 0; first <= maxnumber; first += batch) {
    const hashes = await Promise.all(
      Array.from({ length: Math.min(batch, maxnumber - first + 1) }, (_, index) => crypto.subtle.digest('SHA-256', text.encode(`${salt}${first + index}`))));
    const found = hashes.findIndex((hash) => new Uint8Array(hash).every((byte, index) => byte === wanted[index]));
    if (found >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: first + found, salt, signature }));
  }
  throw new Problem(0, { title: 'That did not work. Please try again.' });
}
