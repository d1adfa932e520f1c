// @ts-check
/** One's own account: who one is. How one proves it, and where one is signed in, are modules of their own. */
import { call } from './api.js';
import { showDevices, showSessions } from './account-places.js';
import { showSecurity } from './account-proofs.js';
import { offer } from './confirm.js';
import { announce, find, ready } from './dom.js';
import './shell.js';

/** @type {any} */
let account = null;

async function showAccount() {
  account = (await call('GET', '/account')).body;
  find('who', HTMLParagraphElement).textContent = account.role;
  find('name-now', HTMLParagraphElement).textContent = account.name;
  find('email-now', HTMLParagraphElement).textContent = account.email;
  find('account', HTMLUListElement).ariaBusy = 'false';
}

offer('change-name', async (values) => {
  await call('PATCH', '/account', values);
  await showAccount();
  return 'Your name is changed.';
}, () => (find('name', HTMLInputElement).value = account.name));

offer('change-email', async (values) => {
  await call('POST', '/account/email', values);
  return 'If the address is free, both mailboxes have a link now.';
});

ready();
Promise.all([showAccount(), showSecurity(), showSessions(), showDevices()]).catch((error) => announce(error.message, true));
