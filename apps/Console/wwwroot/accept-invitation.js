// @ts-check
import { call } from './api.js';
import { find, ready, showStep } from './dom.js';
import { onSubmit, say } from './forms.js';
import { takeToken } from './token.js';
import './password.js';

const token = takeToken();
const form = find('accept', HTMLFormElement);
if (token === '') say(form, 'This address is not complete. Open the whole link of your invitation.');

onSubmit(form, async ({ password }) => {
  await call('POST', '/auth/accept-invitation', { token, password });
  showStep('done');
});
ready();
