// @ts-check
import { call, Problem } from './api.js';
import { find, ready, showStep } from './dom.js';
import { enrol } from './enrolment.js';
import { clearProblems, onSubmit, say, showProblem } from './forms.js';
import * as passkeys from './passkeys.js';
import './password.js';

const arrival = find('arrival', HTMLDivElement).dataset;
const signIn = find('sign-in', HTMLFormElement);
const verify = find('verify', HTMLFormElement);
const code = find('code', HTMLInputElement);
const otherMethod = find('other-method', HTMLButtonElement);

let challenge = '';
let method = 'totp';
let challengeEnds = 0;

// The session cookie does not come along on a link from another site. Asked for again from here, it does, and who is signed
// in after all goes on.
if (arrival.fromAnotherSite !== undefined) location.replace(location.href);

onSubmit(signIn, async (values) => {
  const { body } = await call('POST', '/auth/login', values);
  switch (body.status) {
    case 'signed_in':
      return enter();
    case 'mfa_required':
      challenge = body.challenge;
      clearTimeout(challengeEnds);
      challengeEnds = setTimeout(() => startOver('That took too long. Please enter your password again.'), body.expiresIn * 1000);
      use('totp');
      showStep('code');
      return code.focus();
    case 'mfa_enrollment_required':
      await enrol(body.challenge);
      return enter();
    default:
      throw new Problem(0, { title: 'This account needs a step that this page does not know yet.' });
  }
});

const withPasskey = find('with-passkey', HTMLButtonElement);
withPasskey.hidden = !passkeys.arePossible;
withPasskey.addEventListener('click', async () => {
  clearProblems(signIn);
  try {
    await passkeys.assert();
    enter();
  } catch (error) {
    showProblem(signIn, error);
  }
});

onSubmit(verify, async (values) => {
  try {
    await call('POST', '/auth/mfa/verify', { challenge, method, code: values.code.replaceAll(' ', '') });
  } catch (error) {
    code.select();
    throw error instanceof Problem && error.code === 'invalid_challenge' ? notThatCode(error) : error;
  }
  enter();
});

otherMethod.addEventListener('click', () => {
  use(method === 'totp' ? 'backup_code' : 'totp');
  clearProblems(verify);
  code.focus();
});

find('start-over', HTMLButtonElement).addEventListener('click', () => startOver(''));
ready();

/** @param {'totp' | 'backup_code'} chosen */
function use(chosen) {
  method = chosen;
  const isTotp = chosen === 'totp';
  code.value = '';
  code.inputMode = isTotp ? 'numeric' : 'text';
  code.autocomplete = isTotp ? 'one-time-code' : 'off';
  code.maxLength = isTotp ? 7 : 32;
  find('code-label', HTMLLabelElement).textContent = isTotp ? 'Six-digit code' : 'Backup code';
  find('code-hint', HTMLParagraphElement).textContent = isTotp ? 'From your authenticator app.' : 'One of the ten you kept. Each is good once.';
  otherMethod.textContent = isTotp ? 'Use a backup code' : 'Use the authenticator';
}

/** @param {string} why */
function startOver(why) {
  clearTimeout(challengeEnds);
  challenge = '';
  clearProblems(verify);
  signIn.reset();
  showStep('password');
  say(signIn, why);
  find('email', HTMLInputElement).focus();
}

/** @param {Problem} problem */
function notThatCode(problem) {
  const advice = method === 'totp' ? ' Wait for the next one; after five tries, start over.' : '';
  return new Problem(problem.status, { code: problem.code, title: `That code is not right, or was used before.${advice}` });
}

function enter() {
  clearTimeout(challengeEnds);
  location.assign(arrival.next ?? '/console');
}
