// @ts-check
/** Sessions as a person recognises them: which device, since when, used when and from where. */
import { call } from './api.js';
import { make } from './dom.js';
import { inWords, timeElement } from './words.js';

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

/** @type {Record<string, string>} */
const ends = {
  logout: 'signed out', logout_all: 'signed out everywhere', revoked_by_holder: 'signed out from elsewhere', administrator: 'ended by an administrator',
  idle: 'unused for too long', absolute_end: 'its day was over', session_limit: 'one more began than may be', replaced: 'another sign-in in the same browser',
  password_changed: 'the password was changed', password_reset: 'the password was replaced by a mailed link',
  token_reused: 'a spent token came back: somebody kept a copy',
};

/** @param {Session & { endedAt: string, reason: string, divergence?: { generation: number, at: string, ip?: string, device?: string } }} session */
export function endedItem(session) {
  const { endedAt, reason, ip, createdAt, divergence } = session;
  const parted = divergence ? [make('p', { class: 'refused' },
    'Two holders of it parted ', timeElement(divergence.at), divergence.ip ? ` from ${divergence.ip}` : '',
    divergence.device ? ` by ${namedAs(divergence.device)}` : '', '. One of them was not you.')] : [];
  return make('li', {},
    make('div', {},
      make('h3', {}, deviceOf(session)),
      make('p', { class: 'under' }, 'Ended ', timeElement(endedAt), `: ${ends[reason] ?? inWords(reason)} · since `, timeElement(createdAt), ip ? ` · last from ${ip}` : ''),
      ...parted,
      historyOf(session)));
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
