// @ts-check
import { Problem } from './api.js';
import { moment } from './words.js';

/**
 * Runs a form: one submission at a time, its refusals beside the fields they concern.
 * @param {HTMLFormElement} form
 * @param {(values: Record<string, string>) => Promise<void>} act
 */
export function onSubmit(form, act) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    clearProblems(form);
    try {
      await act(valuesOf(form));
    } catch (error) {
      showProblem(form, error);
    } finally {
      form.ariaBusy = 'false';
    }
  });
}

/**
 * The text fields of a form, as they are.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function valuesOf(form) {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
}

/**
 * Leaves out what was not filled in: to the API an absent value and an empty one are different things.
 * @param {Record<string, string>} values
 */
export function filledIn(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/**
 * Puts each error beside its field, what concerns no field at the form's foot, and the focus on the first.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
export function showProblem(form, error) {
  if (!(error instanceof Problem)) throw error;
  const elsewhere = [];
  for (const { field, message } of error.errors) {
    const input = form.querySelector(`[name="${CSS.escape(field)}"]`);
    const place = input && document.getElementById(`${input.id}-error`);
    if (input && place) {
      input.setAttribute('aria-invalid', 'true');
      place.textContent = [place.textContent, message].filter(Boolean).join(' ');
    } else {
      elsewhere.push(message);
    }
  }
  say(form, error.errors.length === 0 ? explain(error) : elsewhere.join(' '));
  const first = form.querySelector('[aria-invalid="true"]') ?? form.querySelector('input:not([type="file"])');
  if (first instanceof HTMLElement) first.focus();
}

/** @param {HTMLFormElement} form */
export function clearProblems(form) {
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  for (const place of form.querySelectorAll('.error')) place.textContent = '';
  say(form, '');
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function say(form, text) {
  const place = form.querySelector('.message');
  if (place) place.textContent = text;
}

/**
 * A problem as a sentence, with the time to come back where the API gives one.
 * @param {Problem} problem
 */
export function explain(problem) {
  if (problem.retryAfter === undefined) return problem.message;
  if (problem.retryAfter <= 60) return `${problem.message} (In ${problem.retryAfter} s.)`;
  return `Too many attempts. Try again after ${moment(new Date(Date.now() + problem.retryAfter * 1000))}.`;
}
