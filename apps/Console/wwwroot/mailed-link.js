// @ts-check
/** A page that a link from a mail leads to: it takes the token out of the address, and hands it in when the person says so. */
import { call, Problem } from './api.js';
import { find, ready, showStep } from './dom.js';
import { onSubmit } from './forms.js';
import { takeToken } from './token.js';
import './resend.js';

const token = takeToken();
const form = find('answer', HTMLFormElement);

onSubmit(form, async () => {
  try {
    await call('POST', form.dataset.path ?? '', { token });
    showStep('done');
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error;
    showStep('over');
  }
});

ready();
if (token === '') showStep('over');
