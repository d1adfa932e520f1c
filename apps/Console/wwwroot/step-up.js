// @ts-check
/**
 * Is it still you. The API answers 401 step_up_required to what needs a fresh proof (RFC 9470); then this asks for one, in a
 * dialog over whatever the page is doing, and the act goes on. The proof changes the session, and with it the CSRF token.
 */
import { call, useCsrfToken, whenProofIsWanted } from './api.js';
import { find } from './dom.js';
import { clearProblems, onSubmit } from './forms.js';
import { proofField } from './proof.js';

const dialog = find('step-up', HTMLDialogElement);
const form = find('step-up-form', HTMLFormElement);
const proof = proofField('proof', form);

let isProved = false;

onSubmit(form, async () => {
  try {
    const { body } = await call('POST', '/auth/step-up', await proof.shown({ purpose: 'step_up' }));
    useCsrfToken(body.csrfToken);
  } catch (error) {
    throw proof.refusal(error);
  }
  isProved = true;
  dialog.close();
});

/** @type {Promise<boolean> | null} */
let asking = null;

// What several parts of a page want at once is asked for once.
whenProofIsWanted(() => (asking ??= ask().finally(() => (asking = null))));

async function ask() {
  const { body: security } = await call('GET', '/account/security');
  proof.offer(waysOf(security));
  isProved = false;
  clearProblems(form);
  dialog.showModal();
  proof.focus();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  proof.forget();
  return isProved;
}

/**
 * The password proves enough only where there is nothing else.
 * @param {{ factors: string[], backupCodesLeft: number }} security
 */
function waysOf({ factors, backupCodesLeft }) {
  if (factors.length === 0) return ['password'];
  return backupCodesLeft > 0 ? [...factors, 'backup_code'] : factors;
}
