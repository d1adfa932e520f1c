// @ts-check
import { call } from './api.js';
import { find, ready } from './dom.js';
import { onSubmit } from './forms.js';
import './password.js';
import './shell.js';

onSubmit(find('change', HTMLFormElement), async ({ currentPassword, newPassword }) => {
  await call('POST', '/auth/password/change', { currentPassword, newPassword });
  location.assign('/console/account');
});
ready();

// So that a password manager knows whose password it is.
const { body: account } = await call('GET', '/account');
find('username', HTMLInputElement).value = account.email;
