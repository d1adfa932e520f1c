// @ts-check
/** What every page of somebody signed in has: the way out, and dialogs that close. */
import { call } from './api.js';
import { announce, findOptional } from './dom.js';

findOptional('sign-out', HTMLButtonElement)?.addEventListener('click', async () => {
  try {
    await call('POST', '/auth/logout');
  } catch (error) {
    announce(error instanceof Error ? error.message : '');
    return;
  }
  location.assign('/console/sign-in');
});

for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.addEventListener('click', () => button.closest('dialog')?.close());
}

// A page that the browser kept may show what its session may no longer see.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
