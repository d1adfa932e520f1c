// @ts-check
/**
 * Is it still you. The API answers 401 step_up_required to what needs a fresh proof (RFC 9470); then this asks for one, in a
 * dialog over whatever the page is doing, and the act goes on. The proof changes the session, and with it the CSRF token.
 */
import { call, Problem, useCsrfToken, whenProofIsWanted } from './api.js';
import { find, makeButton } from './dom.js';
import { clearProblems, onSubmit } from './forms.js';

/** @typedef {{ label: string, hint: string, other: string, type: string, autocomplete: AutoFill, inputMode: string, maxLength: number }} Way */

/** @type {Record<string, Way>} */
const ways = {
  totp: {
    label: 'Six-digit code', hint: 'From your authenticator app.', other: 'Use the authenticator',
    type: 'text', autocomplete: 'one-time-code', inputMode: 'numeric', maxLength: 7,
  },
  backup_code: {
    label: 'Backup code', hint: 'One of those you kept. Each is good once.', other: 'Use a backup code',
    type: 'text', autocomplete: 'off', inputMode: 'text', maxLength: 32,
  },
  password: {
    label: 'Password', hint: 'The one you sign in with.', other: 'Use the password',
    type: 'password', autocomplete: 'current-password', inputMode: 'text', maxLength: 128,
  },
};

const dialog = find('step-up', HTMLDialogElement);
const form = find('step-up-form', HTMLFormElement);
const code = find('step-up-code', HTMLInputElement);

/** @type {string[]} */
let open = [];
let way = 'totp';
let isProved = false;

onSubmit(form, async (values) => {
  const shown = way === 'password' ? { password: values.code } : { code: values.code.replaceAll(' ', '') };
  try {
    const { body } = await call('POST', '/auth/step-up', { method: way, ...shown });
    useCsrfToken(body.csrfToken);
  } catch (error) {
    code.select();
    throw error instanceof Problem && error.code === 'invalid_challenge' ? notThat(error) : error;
  }
  isProved = true;
  dialog.close();
});

/** @type {Promise<boolean> | null} */
let asking = null;

// What several parts of a page want at once is asked for once.
whenProofIsWanted(() => (asking ??= ask().finally(() => (asking = null))));

async function ask() {
  const { body } = await call('GET', '/account/security');
  open = waysOf(body);
  isProved = false;
  use(open[0]);
  clearProblems(form);
  dialog.showModal();
  code.focus();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  code.value = '';
  return isProved;
}

/** @param {{ factors: string[], backupCodesLeft: number }} security */
function waysOf({ factors, backupCodesLeft }) {
  const found = factors.filter((factor) => factor in ways);
  if (backupCodesLeft > 0) found.push('backup_code');
  return found.length > 0 ? found : ['password'];
}

/** @param {string} chosen */
function use(chosen) {
  way = chosen;
  const { label, hint, type, autocomplete, inputMode, maxLength } = ways[way];
  Object.assign(code, { value: '', type, autocomplete, inputMode, maxLength });
  code.classList.toggle('code', type === 'text');
  find('step-up-label', HTMLLabelElement).textContent = label;
  find('step-up-hint', HTMLParagraphElement).textContent = hint;
  find('step-up-others', HTMLParagraphElement).replaceChildren(...open.filter((other) => other !== way).map((other) =>
    makeButton(ways[other].other, 'link', () => {
      clearProblems(form);
      use(other);
      code.focus();
    })));
}

/** @param {Problem} problem */
function notThat(problem) {
  const title = way === 'password' ? 'That is not your password.' : 'That code is not right, or was used before.';
  return new Problem(problem.status, { code: problem.code, title });
}
