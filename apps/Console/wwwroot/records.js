// @ts-check
/** Adding, changing and deleting one record of a list, in the dialog of its page. */
import { call } from './api.js';
import { announce, find, findOptional } from './dom.js';
import { clearProblems, filledIn, onSubmit, valuesOf } from './forms.js';

/**
 * @typedef {object} Kind
 * @property {string} path Of the API's list.
 * @property {string} noun
 * @property {boolean} mayUpdate
 * @property {(values: Record<string, string>) => object} toBody From the form's texts to what the API takes.
 * @property {() => Promise<unknown>} changed Called after every change.
 */

/**
 * Makes the dialog work; answers how to open it for a record by its id.
 * @param {Kind} kind
 */
export function recordDialog(kind) {
  const dialog = find('record', HTMLDialogElement);
  const form = find('record-form', HTMLFormElement);
  const fields = find('record-fields', HTMLFieldSetElement);
  const save = findOptional('save', HTMLButtonElement);
  const remove = findOptional('delete', HTMLButtonElement);
  /** @type {any} */
  let record = null;
  /** @type {Record<string, string>} */
  let before = {};

  /** @param {any} shown Null for a new one. */
  function open(shown) {
    record = shown;
    form.reset();
    clearProblems(form);
    for (const input of fields.elements) {
      if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement) {
        input.value = String(record?.[input.name] ?? '');
      }
    }
    before = valuesOf(form);
    fields.disabled = record !== null && !kind.mayUpdate;
    if (save) save.hidden = fields.disabled;
    if (remove) remove.hidden = record === null;
    find('record-title', HTMLHeadingElement).textContent = record?.name ?? `New ${kind.noun}`;
    dialog.showModal();
  }

  onSubmit(form, async (values) => {
    if (record === null) {
      await call('POST', kind.path, kind.toBody(filledIn(values)));
    } else {
      const changes = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== before[name]));
      if (Object.keys(changes).length > 0) await call('PATCH', `${kind.path}/${record.id}`, kind.toBody(changes));
    }
    await close(`${values.name} is saved.`);
  });

  if (remove) {
    const confirm = find('delete-dialog', HTMLDialogElement);
    const sure = find('delete-form', HTMLFormElement);
    remove.addEventListener('click', () => {
      find('delete-name', HTMLElement).textContent = record.name;
      clearProblems(sure);
      confirm.showModal();
    });
    onSubmit(sure, async () => {
      await call('DELETE', `${kind.path}/${record.id}`);
      confirm.close();
      await close(`${record.name} is deleted.`);
    });
  }

  findOptional('new', HTMLButtonElement)?.addEventListener('click', () => open(null));

  /** @param {string} said */
  async function close(said) {
    dialog.close();
    announce(said);
    await kind.changed();
  }

  /** @param {string} id */
  return async (id) => open((await call('GET', `${kind.path}/${id}`)).body);
}
