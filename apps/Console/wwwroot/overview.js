// @ts-check
import { call, list } from './api.js';
import { find, findOptional, ready } from './dom.js';
import { namesOfPeople } from './names.js';
import { entryItem, looking } from './sentences.js';
import { count, moment } from './words.js';
import './shell.js';

const entriesShown = 8;

async function greet() {
  const { body: account } = await call('GET', '/account');
  find('hello', HTMLHeadingElement).textContent = account.name;
  find('who', HTMLParagraphElement).textContent = [
    account.email,
    account.role,
    account.lastLoginAt && `signed in ${moment(new Date(account.lastLoginAt))}`,
  ].filter(Boolean).join(' · ');
  return account;
}

async function showFigures() {
  const figures = [...document.querySelectorAll('[data-count]')];
  const totals = await Promise.all(figures.map(async (figure) => {
    const { total } = await list(figure.getAttribute('data-count') ?? '', { pageSize: 1 });
    figure.textContent = count(total);
    const noun = figure.nextElementSibling;
    if (noun && total === 1) noun.textContent = noun.getAttribute('data-one');
    return total;
  }));
  const start = findOptional('start-here', HTMLParagraphElement);
  if (start) start.hidden = totals.some((total) => total > 0);
}

/** @param {{ id: string, name: string }} account */
async function showLately(account) {
  const log = findOptional('log', HTMLOListElement);
  if (!log) return;
  const { items } = await list('/api/admin/audit', { pageSize: 100 });
  const entries = items.filter((entry) => !looking.has(entry.action)).slice(0, entriesShown);

  // To read the names of people is an event of its own: not for entries that are all the reader's.
  const others = entries.some((entry) => entry.userId && entry.userId !== account.id);
  const names = others ? await namesOfPeople() : new Map([[account.id, account.name]]);
  log.replaceChildren(...entries.map((entry) => entryItem(entry, names)));
  log.ariaBusy = 'false';
}

ready();
Promise.all([greet().then(showLately), showFigures()]);
