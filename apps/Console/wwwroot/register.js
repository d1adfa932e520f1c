// @ts-check
import { call } from './api.js';
import { find, findOptional, ready, showStep } from './dom.js';
import { onSubmit } from './forms.js';
import './password.js';
import './resend.js';

const form = findOptional('register', HTMLFormElement);
if (form) {
  onSubmit(form, async (values) => {
    await call('POST', '/auth/register', values);
    form.reset();
    find('sent-to', HTMLElement).textContent = values.email;
    find('resend-email', HTMLInputElement).value = values.email;
    showStep('sent');
  });
}
ready();
