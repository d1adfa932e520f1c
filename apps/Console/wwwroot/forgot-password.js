// @ts-check
import { call } from './api.js';
import { find, ready, showStep } from './dom.js';
import { onSubmit } from './forms.js';

const form = find('forgot', HTMLFormElement);

onSubmit(form, async ({ email }) => {
  await call('POST', '/auth/password/forgot', { email });
  find('sent-to', HTMLElement).textContent = email;
  showStep('sent');
});

find('again', HTMLButtonElement).addEventListener('click', () => {
  form.reset();
  showStep('form');
  find('email', HTMLInputElement).focus();
});
ready();
