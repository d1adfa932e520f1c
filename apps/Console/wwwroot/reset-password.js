// @ts-check
import { call, Problem } from './api.js';
import { find, ready, showStep } from './dom.js';
import { onSubmit } from './forms.js';
import { takeToken } from './token.js';
import './password.js';

const token = takeToken();

onSubmit(find('reset', HTMLFormElement), async ({ password }) => {
  try {
    await call('POST', '/auth/password/reset', { token, password });
    showStep('done');
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'invalid_or_used_token') throw error;
    showStep('over');
  }
});
ready();
if (token === '') showStep('over');
