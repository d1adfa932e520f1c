// @ts-check
/** Audit entries as sentences. A type that is not here is told by its own name: nothing is left out of a log for want of words. */
import { make } from './dom.js';
import { count, counted, inWords, timeElement } from './words.js';

/**
 * @typedef {{ occurredAt: string, action: string, outcome: string, reason?: string, userId?: string, role?: string, authenticationLevel?: string,
 *   entityType?: string, entityId?: string, before?: Record<string, unknown>, after?: Record<string, unknown>, details?: Record<string, any>,
 *   ip?: string, userAgent?: string, requestId: string, method: string, route?: string, severity: number }} Entry
 */

/** @type {Record<string, (entry: Entry) => string>} */
const tellings = {
  SETUP_COMPLETED: () => 'set this installation up',
  REGISTRATION: ({ outcome }) => (outcome === 'refused' ? 'asked for an account that is there already' : 'asked for an account'),
  EMAIL_VERIFIED: () => 'confirmed the address of a new account',
  EMAIL_CHANGE_REQUESTED: () => 'asked to move to another address',
  EMAIL_CHANGED: () => 'moved to another address',
  EMAIL_CHANGE_STOPPED: () => 'stopped the move to another address',
  PROFILE_UPDATED: () => 'changed their own name',
  LOGIN_SUCCESS: ({ details }) => (details?.mfa ? 'signed in with a second factor' : 'signed in'),
  PASSWORD_ACCEPTED: () => 'gave the right password',
  LOGIN_FAILED: () => 'could not sign in',
  ACCOUNT_LOCKED: () => 'was locked out for a while',
  ACCOUNT_HELD: () => 'was held for a while after suspicious activity',
  '2FA_FAILED': () => 'gave a wrong second factor',
  MFA_ENROLLED: () => 'enrolled a second factor',
  BACKUP_CODE_USED: ({ details }) => `used a backup code; ${details?.remaining ?? 'some'} are left`,
  MFA_REMOVED: ({ details }) => `removed a second factor (${inWords(String(details?.method ?? ''))})`,
  BACKUP_CODES_REPLACED: () => 'made new backup codes',
  STEPPED_UP: ({ outcome }) => (outcome === 'refused' ? 'could not prove again that it was them' : 'proved again that it was them'),
  PASSKEY_CLONED: () => 'showed a passkey that somebody may have copied',
  NEW_DEVICE: () => 'signed in on a new device',
  DEVICE_REVOKED: () => 'had a device forgotten',
  RECOVERY_REQUESTED: ({ details }) => (details?.kind === 'administrator' ? 'asked to reset a colleague’s second factor' : 'asked to replace a lost second factor'),
  RECOVERY_APPROVED: () => 'agreed to the reset of a second factor',
  RECOVERY_REJECTED: () => 'rejected the reset of a second factor',
  RECOVERY_STOPPED: () => 'stopped the replacement of a second factor',
  RECOVERY_COMPLETED: () => 'had a lost second factor taken away',
  PASSWORD_RESET_REQUESTED: ({ details }) => (details?.by === 'administrator' ? 'sent a colleague a link for a new password' : 'asked for a new password'),
  PASSWORD_RESET: () => 'replaced a forgotten password',
  PASSWORD_CHANGED: ({ outcome }) => (outcome === 'refused' ? 'could not change the password' : 'changed the password'),
  LOGOUT: () => 'signed out',
  TOKEN_REFRESHED: () => 'went on with a session',
  TOKEN_REUSED: () => 'lost a session: its token came back after it was spent',
  ACCESS_DENIED: ({ details }) => (details?.role ? `may not make somebody ${details.role}` : `was refused what needs ${details?.permission}`),
  CSRF_REFUSED: () => 'was protected from a forged request',
  USER_CREATED: ({ after }) => `invited somebody as ${after?.role ?? 'a colleague'}`,
  USER_UPDATED: ({ after }) => `changed ${listed(after)} of a colleague’s account`,
  USER_UNLOCKED: () => 'unlocked a colleague’s account',
  INVITATION_ACCEPTED: () => 'accepted the invitation',
  USERS_VIEWED: () => 'looked at the people',
  AUDIT_VIEWED: () => 'looked at this log',
  ESTATE_CREATED: ({ after }) => `added the estate ${after?.name ?? ''}`,
  ESTATE_UPDATED: ({ after }) => `changed ${listed(after)} of an estate`,
  ESTATE_DELETED: () => 'deleted an estate',
  CUSTOMER_CREATED: () => 'added a customer',
  CUSTOMER_VIEWED: () => 'looked at a customer',
  CUSTOMERS_LISTED: ({ details }) =>
    details?.byEmail ? 'looked a customer up by e-mail' : `looked at ${counted(details?.rows ?? 0, 'customer', 'customers')}`,
  CUSTOMER_UPDATED: ({ after }) => `changed ${listed(after)} of a customer`,
  CUSTOMER_DELETED: () => 'deleted a customer',
  CUSTOMERS_IMPORTED: ({ details }) => `imported ${count(details?.imported)} of ${count(details?.rows)} customers`,
};

/** The types that have words. */
export const actions = Object.keys(tellings);

/** Events of mere looking. */
export const looking = new Set(['AUDIT_VIEWED', 'USERS_VIEWED', 'CUSTOMERS_LISTED', 'CUSTOMER_VIEWED', 'TOKEN_REFRESHED', 'PASSWORD_ACCEPTED']);

/**
 * The names of fields in a row of words.
 * @param {Record<string, unknown> | undefined} fields
 */
function listed(fields) {
  const names = Object.keys(fields ?? {}).map((field) => field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  return new Intl.ListFormat('en').format(names);
}

/**
 * An entry as a line that opens to everything the log has of it.
 * @param {Entry} entry
 * @param {Map<string, string>} names Of people, by id.
 */
export function entryItem(entry, names) {
  const who = entry.userId ? (names.get(entry.userId) ?? 'Somebody') : 'Somebody unknown';
  const told = tellings[entry.action]?.(entry) ?? `did ${inWords(entry.action.toLowerCase())}`;
  const line = make('summary', {}, timeElement(entry.occurredAt), make('span', {}, make('b', {}, who), ` ${told}`));
  if (entry.outcome === 'refused') line.append(make('span', { class: 'refused' }, entry.reason ? inWords(entry.reason) : 'refused'));
  const details = make('details', {}, line);
  details.addEventListener('toggle', () => details.append(facts(entry)), { once: true });
  return make('li', { 'data-severity': String(entry.severity) }, details);
}

/** @param {Entry} entry */
function facts(entry) {
  const rows = make('dl', {});
  const add = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (value !== null && value !== undefined && value !== '') rows.append(make('div', {}, make('dt', {}, name), make('dd', {}, String(value))));
  };
  add('Event', entry.action);
  add('About', [entry.entityType, entry.entityId].filter(Boolean).join(' '));
  for (const field of new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])) {
    const [before, after] = [entry.before?.[field], entry.after?.[field]];
    add(field, before === undefined ? after : `${before ?? '(none)'} → ${after ?? '(none)'}`);
  }
  for (const [name, value] of Object.entries(entry.details ?? {})) add(name, value);
  add('Role', entry.role);
  add('Address', entry.ip);
  add('Browser or program', entry.userAgent);
  add('Request', `${entry.method} ${entry.route ?? ''}`);
  add('Request id', entry.requestId);
  return rows;
}
