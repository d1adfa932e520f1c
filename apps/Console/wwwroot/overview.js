// @ts-check
import { call, list } from './api.js';
import { find, findOptional } from './dom.js';
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
}

async function showFigures() {
  const figures = [...document.querySelectorAll('[data-count]')];
  const totals = await Promise.all(figures.map(async (figure) => {
    const { total } = await list(figure.getAttribute('data-count') ?? '', { pageSize: 1 });
    figure.textContent = count(total);
    return total;
  }));
  const start = findOptional('start-here', HTMLParagraphElement);
  if (start) start.hidden = totals.some((total) => total > 0);
}

async function showLately() {
  const log = findOptional('log', HTMLOListElement);
  if (!log) return;
  const [names, { items }] = await Promise.all([namesOfPeople(), list('/api/admin/audit', { pageSize: 100 })]);
  log.replaceChildren(...items.filter((entry) => !looking.has(entry.action)).slice(0, entriesShown).map((entry) => entryItem(entry, names)));
  log.ariaBusy = 'false';
}

await Promise.all([greet(), showFigures(), showLately()]);
