// @ts-check
/** How somebody proves that it is them: password, authenticator, backup codes, passkeys. */
import { showSms } from './account-sms.js';
import { showSessions } from './account-places.js';
import { call } from './api.js';
import { confirmedFor, offer } from './confirm.js';
import { find, make, makeNamedButton } from './dom.js';
import * as passkeys from './passkeys.js';
import { counted, moment, timeElement } from './words.js';

/** @typedef {{ id: string, name: string, createdAt: string, lastUsedAt?: string, synced: boolean }} Passkey */

export async function showSecurity() {
  const [{ body: security }, { body: kept }] = await Promise.all([call('GET', '/account/security'), call('GET', '/account/passkeys')]);
  find('password-now', HTMLParagraphElement).replaceChildren('Chosen ', timeElement(security.passwordChangedAt));
  const hasTotp = security.factors.includes('totp');
  find('totp-now', HTMLParagraphElement).textContent = hasTotp ? 'In use.' : 'Not set up.';
  find('totp-set', HTMLAnchorElement).textContent = hasTotp ? 'Replace' : 'Set up';
  find('totp-remove', HTMLButtonElement).hidden = !hasTotp;
  showSms(security);
  const hasFactor = security.factors.length > 0;
  find('codes-now', HTMLParagraphElement).textContent = hasFactor
    ? `${counted(security.backupCodesLeft, 'code', 'codes')} left, each good once, for a day without your device.`
    : 'They come with the first second factor.';
  find('codes-renew', HTMLAnchorElement).hidden = !hasFactor;
  find('passkey-add', HTMLButtonElement).hidden = !passkeys.arePossible;
  find('passkeys', HTMLUListElement).replaceChildren(...kept.items.map(passkeyItem));
  showRecovery(security.recovery);
  showProbation(security.probationUntil);
  find('security', HTMLUListElement).ariaBusy = 'false';
}

/** @param {{ readyAt: string } | undefined} recovery */
function showRecovery(recovery) {
  const note = find('recovery', HTMLParagraphElement);
  note.hidden = !recovery;
  if (recovery) {
    note.textContent = `Somebody asked to replace your second factor; from ${moment(new Date(recovery.readyAt))} that is possible. `
      + 'Was it not you? Stop it with the link in the mail about it, and change your password.';
  }
}

/** @param {string | undefined} until */
function showProbation(until) {
  const note = find('probation', HTMLParagraphElement);
  note.hidden = !until || new Date(until) <= new Date();
  if (until) {
    note.textContent = `Your second factor was replaced: it is on probation until ${moment(new Date(until))}. Until then, how you sign in `
      + 'cannot be changed, and nothing can be administered.';
  }
}

/** @param {Passkey} passkey */
function passkeyItem(passkey) {
  return make('li', {},
    make('div', {},
      make('h3', {}, passkey.name),
      make('p', { class: 'under' },
        'Since ', timeElement(passkey.createdAt), passkey.lastUsedAt ? ' · last used ' : ' · not used yet',
        ...(passkey.lastUsedAt ? [timeElement(passkey.lastUsedAt)] : []), passkey.synced ? ' · kept by a provider too' : '')),
    make('div', { class: 'side-by-side' },
      makeNamedButton('Rename', passkey.name, () => rename(passkey)),
      makeNamedButton('Remove', passkey.name, () => remove(passkey))));
}

offer('remove-totp', async () => {
  await call('DELETE', '/auth/mfa/totp');
  await Promise.all([showSecurity(), showSessions()]);
  return 'The authenticator is removed.';
});

offer('add-passkey', async ({ name }) => {
  await passkeys.register(name.trim() || 'Passkey');
  await showSecurity();
  return 'The passkey is added.';
});

/** @type {(passkey: Passkey) => void} */
const openRename = confirmedFor('rename-passkey', ({ name }) => name, async ({ id }, values) => {
  await call('PATCH', `/account/passkeys/${id}`, values);
  await showSecurity();
  return 'The passkey has its new name.';
});

/** @param {Passkey} passkey */
function rename(passkey) {
  openRename(passkey);
  find('passkey-new-name', HTMLInputElement).value = passkey.name;
}

/** @type {(passkey: Passkey) => void} */
const remove = confirmedFor('remove-passkey', ({ name }) => name, async ({ id, name }) => {
  await call('DELETE', `/account/passkeys/${id}`);
  await Promise.all([showSecurity(), showSessions()]);
  return `${name} is removed.`;
});
