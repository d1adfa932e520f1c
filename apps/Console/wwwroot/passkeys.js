// @ts-check
/** Passkeys: the API's JSON into the browser's ceremonies, and their answers back into JSON. */
import { call, Problem } from './api.js';

/** Whether this browser can hold passkeys and read the API's options. */
export const arePossible = 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/**
 * Registers a passkey for who is signed in.
 * @param {string} name How its holder will know it.
 * @returns {Promise<{ id: string, name: string }>}
 * @throws {Problem} Also when the person turned the browser's question down.
 */
export async function register(name) {
  const { body: options } = await call('POST', '/auth/passkeys/options', { purpose: 'register' });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await ask(() => navigator.credentials.create({ publicKey }));
  return (await call('POST', '/auth/passkeys', { credential, name })).body;
}

/**
 * Signs in with a passkey alone.
 * @returns {Promise<any>} The answer to a sign-in.
 */
export async function assert() {
  const credential = await answer({ purpose: 'sign_in' });
  return (await call('POST', '/auth/passkeys/assert', { credential })).body;
}

/**
 * A passkey's answer, for a request that takes one as its <code>credential</code>: the challenge after a password, or a step-up.
 * @param {{ purpose: 'sign_in' | 'step_up', challenge?: string }} what
 */
export async function answer(what) {
  const { body: options } = await call('POST', '/auth/passkeys/options', what);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return ask(() => navigator.credentials.get({ publicKey }));
}

/** @param {() => Promise<Credential | null>} ceremony */
async function ask(ceremony) {
  try {
    return /** @type {any} */ (await ceremony()).toJSON();
  } catch (error) {
    // NotAllowedError: turned down, or out of time. InvalidStateError: this authenticator has one already.
    const known = error instanceof DOMException && error.name === 'InvalidStateError';
    throw new Problem(0, { title: known ? 'This device has a passkey for this account already.' : 'The passkey was not used.' });
  }
}
