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
