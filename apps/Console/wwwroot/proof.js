// @ts-check
/** The field for what somebody proves themselves with, turned into whichever way is chosen. Behind a password, and for a fresh proof. */
import { call, Problem } from './api.js';
import { find, makeButton } from './dom.js';
import { clearProblems, showProblem } from './forms.js';
import * as passkeys from './passkeys.js';

/**
 * @typedef {{ other: string, go?: string, wrong: string, label?: string, hint?: string,
 *   input?: { type: string, autocomplete: AutoFill, inputMode: string, maxLength: number } }} Way Without an input, nothing is typed.
 */

/** The best first. @type {Record<string, Way>} */
const ways = {
  passkey: { other: 'Use a passkey', go: 'Use a passkey', wrong: 'That passkey was not taken.' },
  totp: {
    other: 'Use the authenticator',
    wrong: 'That code is not right, or was used before. Wait for the next one.',
    label: 'Six-digit code',
    hint: 'From your authenticator app.',
    input: { type: 'text', autocomplete: 'one-time-code', inputMode: 'numeric', maxLength: 7 },
  },
  sms: {
    other: 'Get a code by SMS',
    wrong: 'That code is not right, or too old.',
    label: 'Code from the SMS',
    hint: 'On its way to your phone. The next one can be sent in a minute.',
    input: { type: 'text', autocomplete: 'one-time-code', inputMode: 'numeric', maxLength: 16 },
  },
  backup_code: {
    other: 'Use a backup code',
    wrong: 'That code is not right, or was used before.',
    label: 'Backup code',
    hint: 'One of the ten you kept. Each is good once.',
    input: { type: 'text', autocomplete: 'off', inputMode: 'text', maxLength: 32 },
  },
  password: {
    other: 'Use the password',
    wrong: 'That is not your password.',
    label: 'Password',
    hint: 'The one you sign in with.',
    input: { type: 'password', autocomplete: 'current-password', inputMode: 'text', maxLength: 128 },
  },
};

/**
 * @param {string} id Of the field, and with -go and -others of the button and the place of the other ways.
 * @param {HTMLFormElement} form
 * @param {() => string | undefined} [challenge] Of the sign-in that it completes; for a fresh proof there is none.
 */
export function proofField(id, form, challenge = () => undefined) {
  const code = find(id, HTMLInputElement);
  const go = find(`${id}-go`, HTMLButtonElement);
  const goes = go.textContent;
  let chosen = 'totp';

  /**
   * @param {string} name
   * @param {string[]} among
   */
  function use(name, among) {
    chosen = name;
    const { label = '', hint = '', input, go: words = goes } = ways[name];
    find(`${id}-typed`, HTMLDivElement).hidden = input === undefined;
    find(`${id}-label`, HTMLLabelElement).textContent = label;
    find(`${id}-hint`, HTMLParagraphElement).textContent = hint;
    Object.assign(code, { value: '', ...input });
    code.classList.toggle('code', input?.type === 'text');
    go.textContent = words;
    if (name === 'sms') call('POST', '/auth/mfa/sms/send', { challenge: challenge() }).catch((error) => showProblem(form, error));
    find(`${id}-others`, HTMLSpanElement).replaceChildren(...among.filter((other) => other !== name).map((other) =>
      makeButton(ways[other].other, 'link', () => {
        clearProblems(form);
        use(other, among);
        focus();
      })));
  }

  function focus() {
    (ways[chosen].input ? code : go).focus();
    code.select();
  }

  return {
    focus,

    /**
     * Offers those of these ways that this page and this browser know; the first is chosen.
     * @param {string[]} methods
     */
    offer(methods) {
      const among = Object.keys(ways).filter((way) => methods.includes(way) && (way !== 'passkey' || passkeys.arePossible));
      use(among[0] ?? 'totp', among);
    },

    /** Forgets what was typed. */
    forget() {
      code.value = '';
    },

    /**
     * The proof, as members of a request.
     * @param {Parameters<typeof passkeys.answer>[0]} what For a passkey.
     */
    async shown(what) {
      if (chosen === 'passkey') return { method: chosen, credential: await passkeys.answer(what) };
      return chosen === 'password' ? { method: chosen, password: code.value } : { method: chosen, code: code.value.replaceAll(' ', '') };
    },

    /**
     * Why a proof was refused, in the words of its way.
     * @param {unknown} error
     */
    refusal(error) {
      code.select();
      return error instanceof Problem && error.code === 'invalid_challenge'
        ? new Problem(error.status, { code: error.code, title: ways[chosen].wrong })
        : error;
    },
  };
}
