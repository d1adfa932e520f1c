// @ts-check
import { announce, find } from './dom.js';
import { clearProblems, onSubmit } from './forms.js';

/**
 * Makes a dialog that asks whether somebody is sure; answers how to open it.
 * @param {string} id
 * @param {(values: Record<string, string>) => Promise<string>} act Done when they are; answers what to say then.
 */
export function confirmed(id, act) {
  const dialog = find(id, HTMLDialogElement);
  const form = find(`${id}-form`, HTMLFormElement);
  onSubmit(form, async (values) => {
    const said = await act(values);
    dialog.close();
    announce(said);
  });
  return () => {
    form.reset();
    clearProblems(form);
    dialog.showModal();
  };
}

/**
 * Makes the dialog work for the page's button that <code>data-opens</code> it.
 * @param {string} id
 * @param {(values: Record<string, string>) => Promise<string>} act
 * @param {() => void} [prepare] Fills it in.
 */
export function offer(id, act, prepare = () => {}) {
  const open = confirmed(id, act);
  document.querySelector(`[data-opens="${id}"]`)?.addEventListener('click', () => {
    open();
    prepare();
  });
}

/**
 * The same for one of several things, which is named wherever the dialog has <code>data-of</code> with its id.
 * @template T
 * @param {string} id
 * @param {(chosen: T) => string} nameOf
 * @param {(chosen: T, values: Record<string, string>) => Promise<string>} act
 * @returns {(chosen: T) => void} Opens it.
 */
export function confirmedFor(id, nameOf, act) {
  /** @type {T} */
  let chosen;
  const open = confirmed(id, (values) => act(chosen, values));
  return (one) => {
    chosen = one;
    for (const place of document.querySelectorAll(`[data-of="${id}"]`)) place.textContent = nameOf(one);
    open();
  };
}
