// @ts-check
/** Where somebody is signed in, and on which devices they have been. */
import { call, list, Problem } from './api.js';
import { confirmedFor, offer } from './confirm.js';
import { find, make, makeNamedButton } from './dom.js';
import { deviceOf, endedItem, historyOf, sessionItem } from './sessions.js';
import { timeElement } from './words.js';

/** @typedef {import('./sessions.js').Session} Session */
/** @typedef {{ id: string, name: string, createdAt: string, lastSeenAt: string, ip?: string, trustedUntil?: string, current: boolean }} Device */

/** @type {Session[]} */
let sessions = [];

export async function showSessions() {
  sessions = (await list('/account/sessions', { pageSize: 100 })).items;
  const box = find('sessions', HTMLUListElement);
  box.replaceChildren(...sessions.map((session) => sessionItem(session, {
    history: historyOf(session),
    act: session.current ? '' : makeNamedButton('Sign out', deviceOf(session), () => end(session)),
  })));
  box.ariaBusy = 'false';
  find('others', HTMLButtonElement).hidden = sessions.length < 2;
}

find('ended-box', HTMLDetailsElement).addEventListener('toggle', async () => {
  const { body } = await call('GET', '/account/sessions/ended');
  const box = find('ended', HTMLUListElement);
  box.append(...body.items.map(endedItem));
  if (body.items.length === 0) box.append(make('li', {}, 'Nothing.'));
  box.ariaBusy = 'false';
}, { once: true });

export async function showDevices() {
  const { body } = await call('GET', '/account/devices');
  const box = find('devices', HTMLUListElement);
  box.replaceChildren(...body.items.map(deviceItem));
  box.ariaBusy = 'false';
}

/** @param {Device} device */
function deviceItem(device) {
  const heading = make('h3', {}, device.name);
  if (device.current) heading.append(make('span', { class: 'tag' }, 'this one'));
  return make('li', {},
    make('div', {},
      heading,
      make('p', { class: 'under' },
        'Last seen ', timeElement(device.lastSeenAt), device.ip ? ` from ${device.ip}` : '', ' · since ', timeElement(device.createdAt),
        ...(device.trustedUntil ? [' · asked for no second factor until ', timeElement(device.trustedUntil)] : []))),
    makeNamedButton('Forget', device.name, () => forget(device)));
}

/** @type {(session: Session) => void} */
const end = confirmedFor('end-session', deviceOf, async (session) => {
  await call('DELETE', `/account/sessions/${session.id}`);
  await showSessions();
  return `${deviceOf(session)} is signed out.`;
});

offer('end-others', async () => {
  for (const { id } of sessions.filter(({ current }) => !current)) {
    await call('DELETE', `/account/sessions/${id}`).catch((error) => {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error; // over already
    });
  }
  await showSessions();
  return 'Everything else is signed out.';
});

offer('end-all', async () => {
  await call('POST', '/auth/logout-all');
  location.assign('/console/sign-in');
  return '';
});

/** @type {(device: Device) => void} */
const forget = confirmedFor('forget-device', ({ name }) => name, async ({ id, name, current }) => {
  await call('DELETE', `/account/devices/${id}`);
  if (current) location.assign('/console/sign-in');
  else await Promise.all([showDevices(), showSessions()]);
  return `${name} is forgotten.`;
});
