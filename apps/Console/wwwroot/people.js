// @ts-check
import { call } from './api.js';
import { copy, find, findOptional, make, ready } from './dom.js';
import { clearProblems, onSubmit } from './forms.js';
import { fill } from './tables.js';
import { timeElement } from './words.js';
import './shell.js';

const path = '/api/admin/users';

/** @type {Record<string, string>} */
const states = { active: 'active', pending: 'invited', locked: 'locked', disabled: 'disabled' };

const show = () => fill({ path, into: find('list', HTMLTableElement).tBodies[0], row, nouns: ['person', 'people'] });

/** @param {any} user */
function row(user) {
  return make('tr', {},
    make('th', { scope: 'row' }, make('a', { href: `/console/people/${user.id}` }, user.name), make('span', { class: 'under' }, user.email)),
    make('td', {}, user.role),
    make('td', {}, make('span', { class: 'state', 'data-state': user.status }, states[user.status] ?? user.status)),
    make('td', { class: 'wide' }, user.lastLoginAt ? timeElement(user.lastLoginAt) : '–'));
}

const dialog = findOptional('invite-dialog', HTMLDialogElement);
if (dialog) {
  const form = find('invite-form', HTMLFormElement);
  const link = find('link', HTMLInputElement);
  const said = find('link-said', HTMLParagraphElement);
  const linkDialog = find('link-dialog', HTMLDialogElement);
  find('invite', HTMLButtonElement).addEventListener('click', () => {
    form.reset();
    clearProblems(form);
    dialog.showModal();
  });
  onSubmit(form, async (values) => {
    const { body } = await call('POST', path, values);
    dialog.close();
    find('link-for', HTMLElement).textContent = body.name;
    link.value = `${location.origin}/console/accept-invitation#${body.invitation}`;
    said.textContent = '';
    linkDialog.showModal();
    await show();
  });
  link.addEventListener('focus', () => link.select());
  find('copy-link', HTMLButtonElement).addEventListener('click', () => copy(link.value, said));
  linkDialog.addEventListener('close', () => (link.value = ''));
}

ready();
show();
