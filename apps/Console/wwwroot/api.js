// @ts-check
/**
 * The one way from a page to the API: the same endpoints as everybody's, with this browser's session cookie and the session's
 * CSRF token. Nothing of an answer is kept in a storage or a cookie; the access token of a sign-in is not even read.
 */

/** @typedef {{ field: string, code: string, message: string }} FieldError */

/** A refusal or failure, as RFC 9457 tells it. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when there was no answer.
   * @param {{ title?: string, code?: string, errors?: FieldError[] }} body
   * @param {number} [retryAfter] Seconds.
   */
  constructor(status, body, retryAfter) {
    super(body.title ?? 'Something went wrong.');
    this.status = status;
    this.code = body.code ?? '';
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

const sessionIsOver = new Set(['unauthenticated', 'session_expired', 'token_revoked']);

/** The token that this page's own session needs to change anything. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
}

/**
 * From now on, what changes something needs this token.
 * @param {string} token
 */
export function useCsrfToken(token) {
  document.querySelector('meta[name="csrf-token"]')?.setAttribute('content', token);
}

/** @type {() => Promise<boolean>} */
let prove = async () => false;

/**
 * What to do when the API wants a fresh proof that it is still the same person (RFC 9470).
 * @param {() => Promise<boolean>} ask Resolves to whether the proof was given.
 */
export function whenProofIsWanted(ask) {
  prove = ask;
}

/**
 * Sends JSON, or nothing, and reads JSON, or nothing. Where a fresh proof is wanted and given, once more.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ body: any, headers: Headers }>}
 * @throws {Problem} For everything but a 2xx.
 */
export async function call(method, path, body) {
  try {
    return await send(method, path, body);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'step_up_required') throw error;
    if (!(await prove())) throw new Problem(error.status, { code: error.code, title: 'Not confirmed, so nothing was changed.' });
    return await send(method, path, body);
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function send(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrfToken()) headers['X-CSRF-Token'] = csrfToken();
  let response;
  try {
    response = await fetch(path, { method, headers, body: JSON.stringify(body), cache: 'no-store', redirect: 'error' });
  } catch {
    throw unreachable();
  }
  const text = await response.text();
  if (response.ok) return { body: text ? JSON.parse(text) : null, headers: response.headers };
  throw problemOf(response.status, text, response.headers.get('Retry-After'));
}

/**
 * What a refused request means. A session that is over leads to the sign-in page, and from there back here.
 * @param {number} status
 * @param {string} text The body.
 * @param {string | null} retryAfter
 */
export function problemOf(status, text, retryAfter) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's own page, or nothing: the status says enough.
  }
  const problem = new Problem(status, body, retryAfter ? Number(retryAfter) : undefined);
  if (sessionIsOver.has(problem.code)) location.assign(`/console/sign-in?next=${encodeURIComponent(location.pathname)}`);
  return problem;
}

export function unreachable() {
  return new Problem(0, { title: 'The server does not answer. Check the connection and try again.' });
}

/**
 * One page of a list.
 * @param {string} path
 * @param {Record<string, string | number>} [query]
 * @returns {Promise<{ items: any[], total: number, page: number, pages: number }>}
 */
export async function list(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const { body, headers } = await call('GET', `${path}?${asked}`);
  const count = (/** @type {string} */ name) => Number(headers.get(name));
  return { items: body.items, total: count('X-Total-Count'), page: count('X-Current-Page'), pages: count('X-Page-Count') };
}
