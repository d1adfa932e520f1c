// @ts-check
/** Sessions as a person recognises them: which device, since when, used when and from where. */
import { call } from './api.js';
import { make } from './dom.js';
import { timeElement } from './words.js';

/**
 * @typedef {{ id: string, current: boolean, client: string, device?: string, level: string, createdAt: string, createdFrom?: string,
 *   lastSeenAt: string, ip?: string, expiresAt: string }} Session
 */

/** @type {Record<string, string>} */
const proofs = { password: 'password', mfa: 'second factor', phishingresistant: 'passkey' };

/** @type {[RegExp, string][]} */
const browsers = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\/|FxiOS/, 'Firefox'], [/Chrome\/|CriOS/, 'Chrome'], [/Safari\//, 'Safari'], [/curl\//, 'curl']];

/** @type {[RegExp, string][]} */
const systems = [[/iPhone|iPad/, 'iOS'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']];

/**
 * What a session's device calls itself, in two words where we know them.
 * @param {Session} session
 */
export function deviceOf({ device, client }) {
  if (!device) return client === 'native' ? 'An app' : 'A browser';
  return namedAs(device);
}

/** @param {string} userAgent */
function namedAs(userAgent) {
  const [browser, system] = [browsers, systems].map((names) => names.find(([pattern]) => pattern.test(userAgent))?.[1]);
  return [browser, system].filter(Boolean).join(' on ') || userAgent;
}

/** @type {Record<string, string>} */
const renewals = { rotated: 'went on', retried: 'asked once more, and was told the same', reused: 'came with a spent token: the session ended' };

/**
 * How a session of one's own went on, fetched when it is opened. Where two holders of it parted, that is said.
 * @param {Session} session
 */
export function historyOf(session) {
  const uses = make('ol', {});
  const box = make('details', { class: 'history' }, make('summary', {}, 'How it went on'), uses);
  box.addEventListener('toggle', async () => {
    const { body } = await call('GET', `/account/sessions/${session.id}/history`);
    uses.append(...body.items.map(useItem));
    if (body.items.length === 0) uses.append(make('li', {}, 'It has not been renewed yet.'));
  }, { once: true });
  return box;
}

/** @param {{ outcome: string, at: string, ip?: string, userAgent?: string, divergence: boolean }} use */
function useItem({ outcome, at, ip, userAgent, divergence }) {
  const from = [ip && `from ${ip}`, userAgent && `by ${namedAs(userAgent)}`].filter(Boolean).join(', ');
  const item = make('li', {}, timeElement(at), ` ${renewals[outcome] ?? outcome} ${from}`);
  if (divergence) item.append(make('span', { class: 'refused' }, ' – two holders parted here; one of them was not you'));
  return item;
}

/**
 * @param {Session} session
 * @param {{ history?: Node | '', act?: Node | '' }} [more]
 */
export function sessionItem(session, { history = '', act = '' } = {}) {
  const heading = make('h3', {}, deviceOf(session));
  if (session.current) heading.append(make('span', { class: 'tag' }, 'this one'));
  return make('li', {},
    make('div', {},
      heading,
      make('p', { class: 'under' },
        'Last used ', timeElement(session.lastSeenAt), session.ip ? ` from ${session.ip}` : '',
        ' · since ', timeElement(session.createdAt), ` · by ${proofs[session.level] ?? session.level}`),
      history),
    act);
}
