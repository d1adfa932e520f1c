// @ts-check
import { call, Problem } from './api.js';
import { solve } from './captcha.js';
import { find, ready, showStep } from './dom.js';
import { enrol } from './enrolment.js';
import { clearProblems, onSubmit, say, showProblem } from './forms.js';
import * as passkeys from './passkeys.js';
import { proofField } from './proof.js';
import { moment } from './words.js';
import './password.js';

const arrival = find('arrival', HTMLDivElement).dataset;
const signIn = find('sign-in', HTMLFormElement);
const verify = find('verify', HTMLFormElement);
const proof = proofField('code', verify, () => challenge);
const renew = find('renew', HTMLFormElement);
const renewal = proofField('renewal', renew);

let challenge = '';
let challengeEnds = 0;

/** @type {string[]} */
let methods = [];

// The session cookie does not come along on a link from another site. Asked for again from here, it does, and who is signed
// in after all goes on.
if (arrival.fromAnotherSite !== undefined) location.replace(location.href);

onSubmit(signIn, async (values) => {
  const { body } = await logIn(values);
  say(signIn, '');
  switch (body.status) {
    case 'signed_in':
      return enter();
    case 'mfa_required':
      challenge = body.challenge;
      clearTimeout(challengeEnds);
      challengeEnds = setTimeout(() => startOver('That took too long. Please enter your password again.'), body.expiresIn * 1000);
      proof.offer(body.methods);
      showStep('code');
      return proof.focus();
    case 'mfa_enrollment_required':
      await enrol(body.challenge);
      return enter();
    case 'password_change_required':
      challenge = body.challenge;
      methods = body.methods;
      find('renewal-proof', HTMLDivElement).hidden = methods.length === 0;
      renewal.offer(methods);
      return showStep('renewal');
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

onSubmit(verify, async () => {
  try {
    await call('POST', '/auth/mfa/verify', { challenge, trustDevice: find('trust', HTMLInputElement).checked, ...(await proof.shown({ purpose: 'sign_in', challenge })) });
  } catch (error) {
    throw proof.refusal(error);
  }
  enter();
});

find('lost', HTMLButtonElement).addEventListener('click', () => showStep('lost'));
find('not-lost', HTMLButtonElement).addEventListener('click', () => showStep('code'));

onSubmit(find('recover', HTMLFormElement), async () => {
  const { body } = await call('POST', '/auth/recovery', { challenge });
  clearTimeout(challengeEnds);
  const isMailed = body.status === 'mailed';
  find('recovering-title', HTMLHeadingElement).textContent = isMailed ? 'Look into your mailbox' : 'Your request waits';
  find('recovering-text', HTMLParagraphElement).textContent = isMailed
    ? 'The waiting is over. A link is on its way to your mailbox, and asks for your password.'
    : `Sign in again after ${moment(new Date(body.readyAt))} and ask once more: then a link comes by mail.${body.needsApproval ? ' Until then, a colleague who administers accounts must agree.' : ''}`;
  showStep('recovering');
});

// A password that is too old: the one that was just given goes along as the present one.
onSubmit(renew, async ({ newPassword }) => {
  const currentPassword = find('password', HTMLInputElement).value;
  const shown = methods.length > 0 ? await renewal.shown({ purpose: 'sign_in', challenge }) : {};
  try {
    await call('POST', '/auth/password/change', { challenge, currentPassword, newPassword, ...shown });
  } catch (error) {
    throw renewal.refusal(error);
  }
  renew.reset();
  showStep('renewed');
});

find('renewed', HTMLButtonElement).addEventListener('click', () => startOver(''));
find('start-over', HTMLButtonElement).addEventListener('click', () => startOver(''));
ready();

/**
 * After some failures the server wants a captcha; this page solves it by itself.
 * @param {Record<string, string>} values
 */
async function logIn(values) {
  try {
    return await call('POST', '/auth/login', values);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'captcha_required') throw error;
    say(signIn, 'One moment: your browser has a small piece of work to do first.');
    return call('POST', '/auth/login', { ...values, captcha: await solve() });
  }
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

function enter() {
  clearTimeout(challengeEnds);
  location.assign(arrival.next ?? '/console');
}
