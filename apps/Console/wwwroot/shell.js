// @ts-check
/** What every page of somebody signed in has: the way out, dialogs that close, a proof when one is wanted, and a word on what failed. */
import { call, Problem } from './api.js';
import { announce, findOptional } from './dom.js';
import './step-up.js';

findOptional('sign-out', HTMLButtonElement)?.addEventListener('click', async () => {
  await call('POST', '/auth/logout');
  location.assign('/console/sign-in');
});

// A refusal that no form is the place for.
addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof Problem) {
    event.preventDefault();
    announce(event.reason.message, true);
  }
});

for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.addEventListener('click', () => button.closest('dialog')?.close());
}

// A page that the browser kept may show what its session may no longer see.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
