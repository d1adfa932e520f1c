// @ts-check
import { Problem } from './api.js';
import { find, make, ready } from './dom.js';
import { filledIn, showProblem, valuesOf } from './forms.js';
import { namesOfPeople } from './names.js';
import { actions, entryItem } from './sentences.js';
import { fill, pageAsked } from './tables.js';
import './shell.js';

const form = find('filters', HTMLFormElement);
const asked = new URLSearchParams(location.search);
const names = await namesOfPeople();

find('user', HTMLSelectElement).append(...[...names].map(([id, name]) => make('option', { value: id }, name)));
find('action', HTMLSelectElement).append(...actions.map((action) => make('option', { value: action }, action)));
for (const input of form.elements) {
  if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = asked.get(input.name) ?? '';
}

const filters = filledIn(valuesOf(form));
find('clear', HTMLAnchorElement).hidden = Object.keys(filters).length === 0;

// Days are the reader's own, from their first moment to their last.
if (filters.from) filters.from = new Date(`${filters.from}T00:00`).toISOString();
if (filters.to) filters.to = new Date(`${filters.to}T23:59:59.999`).toISOString();

// An empty filter would stand in the address as one.
form.addEventListener('formdata', ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
});

ready();
try {
  await fill({
    path: '/api/admin/audit',
    query: { ...filters, page: pageAsked() },
    into: find('log', HTMLOListElement),
    row: (entry) => entryItem(entry, names),
    nouns: ['entry', 'entries'],
  });
} catch (error) {
  if (error instanceof Problem) showProblem(form, error);
  else throw error;
}
