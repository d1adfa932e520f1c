// @ts-check
/** Asks for a confirmation mail again, where the page has the form for it. */
import { call } from './api.js';
import { find, findOptional } from './dom.js';
import { onSubmit } from './forms.js';

const form = findOptional('resend', HTMLFormElement);
if (form) {
  const said = find('resend-said', HTMLParagraphElement);
  onSubmit(form, async ({ email }) => {
    said.textContent = '';
    await call('POST', '/auth/verify-email/resend', { email });
    said.textContent = said.dataset.text ?? '';
  });
}
