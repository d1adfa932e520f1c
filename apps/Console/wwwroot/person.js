// @ts-check
/** One person: how their account stands, and what an administrator can do about it. */
import { call, list, Problem } from './api.js';
import { offer } from './confirm.js';
import { find, findOptional, make, ready } from './dom.js';
import { sessionItem } from './sessions.js';
import { moment, timeElement } from './words.js';
import './shell.js';

const id = location.pathname.split('/').pop() ?? '';
const path = `/api/admin/users/${id}`;
const acts = findOptional('acts', HTMLUListElement);

/** @type {any} */
let person = null;

/** @type {Record<string, string>} */
const standings = {
  active: 'The account is in use.',
  pending: 'Invited, and has not accepted yet.',
  locked: 'Locked by an administrator: nobody can sign in to it until it is unlocked.',
  disabled: 'Disabled: nobody can sign in to it.',
};

async function load() {
  show((await call('GET', path)).body);
  await Promise.all([showActs(), showSessions()]);
  const endAll = findOptional('end-all', HTMLButtonElement);
  if (endAll) endAll.hidden = acts?.hidden !== false || find('sessions', HTMLUListElement).hidden;
}

async function showSessions() {
  const { items } = await list(`${path}/sessions`, { pageSize: 100 });
  const box = find('sessions', HTMLUListElement);
  box.replaceChildren(...items.map((session) => sessionItem(session)));
  box.ariaBusy = 'false';
  box.hidden = items.length === 0;
  find('nowhere', HTMLParagraphElement).hidden = items.length > 0;
}

/** @param {any} found */
function show(found) {
  person = found;
  find('name', HTMLHeadingElement).textContent = person.name;
  find('email', HTMLParagraphElement).textContent = person.email;
  for (const place of document.querySelectorAll('[data-name]')) place.textContent = person.name;
  const standing = find('standing', HTMLParagraphElement);
  standing.textContent = person.status === 'active' && person.lockedUntil
    ? `Too many wrong tries: signing in is refused until ${moment(new Date(person.lockedUntil))}, and then possible again by itself.`
    : standings[person.status];
  standing.dataset.state = person.lockedUntil ? 'locked' : person.status;
  find('facts', HTMLDListElement).replaceChildren(
    fact('Role', person.role),
    fact('Last sign-in', person.lastLoginAt ? timeElement(person.lastLoginAt) : 'never', person.lastLoginIp && ` from ${person.lastLoginIp}`),
    fact('Password chosen', person.passwordChangedAt ? timeElement(person.passwordChangedAt) : 'not yet'),
    fact('Account since', timeElement(person.createdAt)));
  find('person', HTMLDivElement).ariaBusy = 'false';
  const history = findOptional('history', HTMLAnchorElement);
  if (history) history.href = `/console/audit?user=${id}`;
}

/**
 * @param {string} name
 * @param {...(Node | string | null | undefined)} values
 */
function fact(name, ...values) {
  return make('div', {}, make('dt', {}, name), make('dd', {}, ...values.filter((value) => value !== null && value !== undefined)));
}

/** Offers what the API would accept; what it would refuse is explained instead. */
async function showActs() {
  if (!acts) return;
  const why = await refusal();
  const handsOff = find('hands-off', HTMLParagraphElement);
  handsOff.textContent = why;
  handsOff.hidden = why === '';
  acts.hidden = why !== '';
  const isShut = person.status === 'locked' || Boolean(person.lockedUntil);
  /** @type {Record<string, boolean>} */
  const applies = {
    open: person.status === 'active' && !isShut,
    shut: isShut,
    enabled: person.status === 'active' || person.status === 'locked',
    disabled: person.status === 'disabled',
  };
  for (const act of acts.children) {
    if (act instanceof HTMLElement && act.dataset.when) act.hidden = !applies[act.dataset.when];
  }
  find('role-now', HTMLParagraphElement).textContent = person.role;
  find('locked-how', HTMLParagraphElement).textContent = person.status === 'locked'
    ? 'By an administrator, until somebody unlocks it.'
    : 'By too many wrong tries. It ends by itself.';
}

async function refusal() {
  const { body: me } = await call('GET', '/account');
  if (me.id === id) return 'This is you. Your role and your own account’s state are changed by a colleague, so that nobody locks themselves out.';
  const may = [...find('role', HTMLSelectElement).options].some((option) => option.value === person.role);
  return may ? '' : `A ${person.role} ranks as high as you or higher. Somebody above can change this account.`;
}

/**
 * @param {string} button
 * @param {(values: Record<string, string>) => Promise<string>} act
 * @param {() => void} [prepare]
 */
function offerRanked(button, act, prepare) {
  offer(button, async (values) => {
    try {
      const said = await act(values);
      await load();
      return said;
    } catch (error) {
      throw error instanceof Problem && error.code === 'forbidden' ? outranked(error) : error;
    }
  }, prepare);
}

/** @param {Problem} problem */
function outranked(problem) {
  return new Problem(problem.status, { code: problem.code, title: 'Nothing was changed: this account, or the role, ranks as high as yours or higher.' });
}

if (acts) {
  const role = find('role', HTMLSelectElement);
  offerRanked('change-role', async (values) => {
    await call('PATCH', path, values);
    return `${person.name} is ${values.role} now.`;
  }, () => (role.value = person.role));
  offerRanked('lock', async () => {
    await call('PATCH', path, { status: 'locked' });
    return `${person.name} is locked out.`;
  });
  offerRanked('unlock', async () => {
    await call('POST', `${path}/unlock`);
    return `${person.name} can sign in again.`;
  });
  offerRanked('disable', async () => {
    await call('PATCH', path, { status: 'disabled' });
    return `${person.name}’s account is disabled.`;
  });
  offerRanked('end-sessions', async (values) => {
    await call('POST', `${path}/revoke-sessions`, values);
    return `${person.name} is signed out everywhere.`;
  });
  offerRanked('reset-password', async () => {
    await call('POST', `${path}/password-reset`);
    return `The link is on its way to ${person.name}.`;
  });
  offerRanked('reset-mfa', async () => {
    const { body } = await call('POST', `${path}/reset-mfa`);
    return `The reset waits until ${moment(new Date(body.readyAt))}${body.needsApproval ? ' and for a second person' : ''}.`;
  });
  offerRanked('enable', async () => {
    await call('PATCH', path, { status: 'active' });
    return `${person.name}’s account is enabled.`;
  });
}

ready();
load();
