// @ts-check
import { find, findOptional, make, makeButton, ready } from './dom.js';
import { recordDialog } from './records.js';
import { fill } from './tables.js';
import { count, timeElement } from './words.js';
import './shell.js';

const path = '/api/estates';
const table = findOptional('list', HTMLTableElement);

const open = recordDialog({
  path,
  noun: 'estate',
  mayUpdate: find('record', HTMLDialogElement).dataset.mayUpdate !== undefined,
  toBody: (values) => ({ ...values, ...('totalUnits' in values && { totalUnits: Number(values.totalUnits) }) }),
  changed: show,
});

async function show() {
  if (table) await fill({ path, into: table.tBodies[0], row, nouns: ['estate', 'estates'] });
}

/** @param {any} estate */
function row(estate) {
  return make('tr', {},
    make('th', { scope: 'row' },
      makeButton(estate.name, 'link', () => open(estate.id)),
      make('span', { class: 'under' }, estate.location)),
    make('td', { class: 'number' }, count(estate.totalUnits)),
    make('td', { class: 'wide' }, timeElement(estate.updatedAt)));
}

ready();
show();
