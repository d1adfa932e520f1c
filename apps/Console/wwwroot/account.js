// @ts-check
/** One's own account: who one is, how one proves it, and on which devices. */
import { call } from './api.js';
import { confirmed } from './confirm.js';
import { announce, find, make, makeButton, ready } from './dom.js';
import * as passkeys from './passkeys.js';
import { counted, timeElement } from './words.js';
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

async function showSecurity() {
  const [{ body: security }, { body: kept }] = await Promise.all([call('GET', '/account/security'), call('GET', '/account/passkeys')]);
  const hasTotp = security.factors.includes('totp');
  find('totp-now', HTMLParagraphElement).textContent = hasTotp ? 'In use.' : 'Not set up.';
  find('totp-set', HTMLAnchorElement).textContent = hasTotp ? 'Replace' : 'Set up';
  find('totp-remove', HTMLButtonElement).hidden = !hasTotp;
  find('codes-now', HTMLParagraphElement).textContent = security.factors.length === 0
    ? 'They come with the first second factor.'
    : `${counted(security.backupCodesLeft, 'code', 'codes')} left, each good once, for a day without your device.`;
  find('codes-renew', HTMLAnchorElement).hidden = security.factors.length === 0;
  find('passkey-add', HTMLButtonElement).hidden = !passkeys.arePossible;
  find('passkeys', HTMLUListElement).replaceChildren(...kept.items.map(passkeyItem));
  find('security', HTMLUListElement).ariaBusy = 'false';
}

/** @param {{ id: string, name: string, createdAt: string, lastUsedAt?: string, synced: boolean }} passkey */
function passkeyItem(passkey) {
  return make('li', {},
    make('div', {},
      make('h3', {}, passkey.name),
      make('p', { class: 'under' },
        'Since ', timeElement(passkey.createdAt), passkey.lastUsedAt ? ' · last used ' : ' · not used yet',
        ...(passkey.lastUsedAt ? [timeElement(passkey.lastUsedAt)] : []), passkey.synced ? ' · kept by a provider too' : '')),
    make('div', { class: 'side-by-side' },
      named('Rename', passkey.name, () => rename(passkey)),
      named('Remove', passkey.name, () => remove(passkey))));
}

async function showDevices() {
  const { body } = await call('GET', '/account/devices');
  const box = find('devices', HTMLUListElement);
  box.replaceChildren(...body.items.map(deviceItem));
  box.ariaBusy = 'false';
}

/** @param {{ id: string, name: string, createdAt: string, lastSeenAt: string, ip?: string, trustedUntil?: string, current: boolean }} device */
function deviceItem(device) {
  const heading = make('h3', {}, device.name);
  if (device.current) heading.append(make('span', { class: 'tag' }, 'this one'));
  return make('li', {},
    make('div', {},
      heading,
      make('p', { class: 'under' },
        'Last seen ', timeElement(device.lastSeenAt), device.ip ? ` from ${device.ip}` : '', ' · since ', timeElement(device.createdAt),
        ...(device.trustedUntil ? [' · asked for no second factor until ', timeElement(device.trustedUntil)] : []))),
    named('Forget', device.name, () => forget(device)));
}

/**
 * A button of a list, whose name says of what.
 * @param {string} text
 * @param {string} of
 * @param {() => void} act
 */
function named(text, of, act) {
  const button = makeButton(`${text}…`, '', act);
  button.append(make('span', { class: 'unseen' }, ` ${of}`));
  return button;
}

/**
 * @template T
 * @param {string} id Of the dialog.
 * @param {(chosen: T) => string} nameOf
 * @param {(chosen: T, values: Record<string, string>) => Promise<string>} act
 * @returns {(chosen: T) => void}
 */
function about(id, nameOf, act) {
  /** @type {T} */
  let chosen;
  const open = confirmed(id, (values) => act(chosen, values));
  return (one) => {
    chosen = one;
    for (const place of document.querySelectorAll(`[data-of="${id}"]`)) place.textContent = nameOf(one);
    open();
  };
}

/**
 * @param {string} id Of the dialog, and of what opens it.
 * @param {(values: Record<string, string>) => Promise<string>} act
 * @param {() => void} [prepare]
 */
function offer(id, act, prepare = () => {}) {
  const open = confirmed(id, act);
  document.querySelector(`[data-opens="${id}"]`)?.addEventListener('click', () => {
    open();
    prepare();
  });
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

offer('remove-totp', async () => {
  await call('DELETE', '/auth/mfa/totp');
  await showSecurity();
  return 'The authenticator is removed.';
});

offer('add-passkey', async ({ name }) => {
  await passkeys.register(name.trim() || 'Passkey');
  await showSecurity();
  return 'The passkey is added.';
});

/** @type {(passkey: { id: string, name: string }) => void} */
const openRename = about('rename-passkey', ({ name }) => name, async ({ id }, values) => {
  await call('PATCH', `/account/passkeys/${id}`, values);
  await showSecurity();
  return 'The passkey has its new name.';
});

/** @param {{ id: string, name: string }} passkey */
function rename(passkey) {
  openRename(passkey);
  find('passkey-new-name', HTMLInputElement).value = passkey.name;
}

/** @type {(passkey: { id: string, name: string }) => void} */
const remove = about('remove-passkey', ({ name }) => name, async ({ id, name }) => {
  await call('DELETE', `/account/passkeys/${id}`);
  await showSecurity();
  return `${name} is removed.`;
});

/** @type {(device: { id: string, name: string, current: boolean }) => void} */
const forget = about('forget-device', ({ name }) => name, async ({ id, name, current }) => {
  await call('DELETE', `/account/devices/${id}`);
  if (current) location.assign('/console/sign-in');
  else await showDevices();
  return `${name} is forgotten.`;
});

ready();
Promise.all([showAccount(), showSecurity(), showDevices()]).catch((error) => announce(error.message, true));
