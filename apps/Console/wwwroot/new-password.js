// @ts-check
/** A page that a mailed link leads to, on which a new password is chosen. */
import { call, Problem } from './api.js';
import { find, ready, showStep } from './dom.js';
import { onSubmit } from './forms.js';
import { takeToken } from './token.js';
import './password.js';

/** @param {string} form @param {string} path Takes token and password. */
export function takeNewPassword(form, path) {
  const token = takeToken();
  onSubmit(find(form, HTMLFormElement), async ({ password }) => {
    try {
      await call('POST', path, { token, password });
      showStep('done');
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'invalid_or_used_token') throw error;
      showStep('over');
    }
  });
  ready();
  if (token === '') showStep('over');
}
