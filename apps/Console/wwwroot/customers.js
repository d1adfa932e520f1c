// @ts-check
import { find, findOptional, make, makeButton, ready } from './dom.js';
import { onSubmit } from './forms.js';
import { recordDialog } from './records.js';
import { fill } from './tables.js';
import { country, timeElement } from './words.js';
import './shell.js';

const path = '/api/customers';
const table = findOptional('list', HTMLTableElement);

/** The address that is looked for. Kept here and not in the page's own address: that goes into histories and bookmarks. */
let email = '';

const open = recordDialog({
  path,
  noun: 'customer',
  mayUpdate: find('record', HTMLDialogElement).dataset.mayUpdate !== undefined,
  toBody: (values) => values,
  changed: show,
});

const search = findOptional('find', HTMLFormElement);
if (search) {
  onSubmit(search, async (values) => {
    email = values.email.trim();
    await show();
  });
  search.addEventListener('reset', () => {
    email = '';
    show();
  });
}

for (const option of find('country', HTMLSelectElement).options) {
  if (option.value) option.textContent = country(option.value);
}

async function show() {
  if (!table || !search) return;
  await fill({ path, ...(email && { query: { email } }), into: table.tBodies[0], row, nouns: ['customer', 'customers'] });
  find('empty', HTMLParagraphElement).textContent = email ? `No customer has the address ${email}.` : 'There are no customers yet.';
  const reset = search.querySelector('button[type="reset"]');
  if (reset instanceof HTMLButtonElement) reset.hidden = email === '';
}

/** @param {any} customer */
function row(customer) {
  return make('tr', {},
    make('th', { scope: 'row' },
      makeButton(customer.name, 'link', () => open(customer.id)),
      make('span', { class: 'under' }, customer.email)),
    make('td', { class: 'wide' }, customer.phone ?? ''),
    make('td', { class: 'wide' }, country(customer.country)),
    make('td', { class: 'wide' }, timeElement(customer.updatedAt)));
}

ready();
show();
