// @ts-check
/** Recoveries of lost second factors, and the second person's part in them. */
import { call } from './api.js';
import { confirmedFor } from './confirm.js';
import { find, make, makeButton, ready } from './dom.js';
import { namesOfPeople } from './names.js';
import { moment } from './words.js';
import './shell.js';

/**
 * @typedef {{ id: string, user: string, kind: string, requestedBy?: string, state: string, needsApproval: boolean, approvedBy?: string,
 *   createdAt: string, readyAt: string }} Recovery
 */

const path = '/api/admin/recoveries';
const names = await namesOfPeople();

/** @param {string | undefined} id */
const nameOf = (id) => (id && names.get(id)) ?? 'Somebody';

/** @type {Record<string, string>} */
const ends = { completed: 'Complete.', cancelled: 'Stopped by its holder.', rejected: 'Rejected.', expired: 'Never completed; its time is over.' };

/** @type {(recovery: Recovery) => void} */
const approve = confirmedFor('approve', ({ user }) => nameOf(user), async ({ id, user }) => {
  await call('POST', `${path}/${id}/approve`);
  await show();
  return `You agreed to the recovery of ${nameOf(user)}.`;
});

/** @type {(recovery: Recovery) => void} */
const reject = confirmedFor('reject', ({ user }) => nameOf(user), async ({ id, user }) => {
  await call('POST', `${path}/${id}/reject`);
  await show();
  return `The recovery of ${nameOf(user)} is rejected.`;
});

async function show() {
  const { body } = await call('GET', path);
  const box = find('recoveries', HTMLUListElement);
  box.replaceChildren(...body.items.map(item));
  box.ariaBusy = 'false';
  box.hidden = body.items.length === 0;
  find('empty', HTMLParagraphElement).hidden = body.items.length > 0;
}

/** @param {Recovery} recovery */
function item(recovery) {
  const asked = recovery.kind === 'self' ? 'Asked for it at a sign-in' : `Asked for by ${nameOf(recovery.requestedBy)}`;
  const entry = make('li', {},
    make('div', {},
      make('h2', {}, make('a', { href: `/console/people/${recovery.user}` }, nameOf(recovery.user))),
      make('p', { class: 'under' }, `${asked}, ${moment(new Date(recovery.createdAt))}. ${standing(recovery)}`)));
  if (recovery.state === 'waiting') {
    const acts = make('div', { class: 'side-by-side' });
    if (recovery.needsApproval && !recovery.approvedBy) acts.append(makeButton('Agree…', '', () => approve(recovery)));
    acts.append(makeButton('Reject…', '', () => reject(recovery)));
    entry.append(acts);
  }
  return entry;
}

/** @param {Recovery} recovery */
function standing({ state, needsApproval, approvedBy, readyAt }) {
  if (state !== 'waiting') return ends[state] ?? state;
  const until = `Can be completed from ${moment(new Date(readyAt))}`;
  if (approvedBy) return `${nameOf(approvedBy)} agreed. ${until}.`;
  return needsApproval ? `${until}, once a second person agrees.` : `${until}.`;
}

ready();
show();
