// @ts-check
import { call, Problem } from './api.js';
import { find, ready } from './dom.js';
import { enrol } from './enrolment.js';
import { onSubmit, say } from './forms.js';
import { takeToken } from './token.js';
import './password.js';

const token = takeToken();
const form = find('setup', HTMLFormElement);
if (token === '') say(form, 'This address is not complete. Open the link exactly as it was printed when Palisade started.');

onSubmit(form, async (values) => {
  try {
    const { body } = await call('POST', '/setup', { token, ...values });
    await enrol(body.challenge);
  } catch (error) {
    throw error instanceof Problem ? withoutTheToken(error) : error;
  }
  location.assign('/console');
});
ready();

/**
 * The token is no field of the form: what is wrong with it is wrong with the link.
 * @param {Problem} problem
 */
function withoutTheToken(problem) {
  if (problem.errors.every((error) => error.field !== 'token')) return problem;
  const errors = problem.errors.map((error) =>
    error.field === 'token' ? { ...error, message: 'This link is not complete. Open it exactly as it was printed.' } : error);
  return new Problem(problem.status, { title: problem.message, code: problem.code, errors });
}
