// @ts-check
/** An import: the file goes up, its progress is watched by its id, and what was left out is told row by row. */
import { call, csrfToken, Problem, problemOf, unreachable } from './api.js';
import { find, make, offerDownload, ready } from './dom.js';
import { onSubmit } from './forms.js';
import { count, counted, inWords } from './words.js';
import './shell.js';

const watchEvery = 500;
const rowsShown = 200;

const form = find('import', HTMLFormElement);
const running = find('running', HTMLElement);
const progress = find('progress', HTMLProgressElement);
const result = find('result', HTMLElement);

onSubmit(form, async () => {
  const file = find('file', HTMLInputElement).files?.[0];
  if (!file) throw new Problem(0, { errors: [{ field: 'file', code: 'required', message: 'Choose a file first.' }] });
  form.hidden = true;
  running.hidden = false;
  try {
    showResult(await send(file, crypto.randomUUID()));
  } catch (error) {
    form.hidden = false;
    throw error;
  } finally {
    running.hidden = true;
  }
});

/**
 * Sends the file. Only an XMLHttpRequest tells how much of it has gone.
 * @param {File} file
 * @param {string} id
 * @returns {Promise<{ rows: number, imported: number, rejected: { line: number, field: string, code: string }[] }>}
 */
function send(file, id) {
  show('Sending the file', 0, 1, '');
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    request.open('POST', `/api/customers/import?import=${id}`);
    request.setRequestHeader('Content-Type', 'text/csv');
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.upload.addEventListener('progress', ({ loaded, total }) => show('Sending the file', loaded, total, ''));
    request.upload.addEventListener('load', () => {
      show('Checking every row', 0, 1, '');
      watch = setInterval(() => look(id), watchEvery);
    });
    request.addEventListener('loadend', () => clearInterval(watch));
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('load', () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After')));
    });
    request.send(file);
  });
}

/** @param {string} id */
async function look(id) {
  try {
    const { body } = await call('GET', `/api/customers/imports/${id}`);
    show('Adding customers', body.done, body.total, `${count(body.done)} of ${count(body.total)}`);
  } catch {
    // The watching may fail; the import's own answer is what counts.
  }
}

/**
 * @param {string} stage
 * @param {number} done
 * @param {number} of
 * @param {string} amount
 */
function show(stage, done, of, amount) {
  find('stage', HTMLLabelElement).textContent = stage;
  find('amount', HTMLParagraphElement).textContent = amount;
  progress.max = Math.max(1, of);
  progress.value = done;
}

/** @param {Awaited<ReturnType<typeof send>>} told */
function showResult({ rows, imported, rejected }) {
  result.hidden = false;
  const heading = find('outcome', HTMLHeadingElement);
  heading.textContent = `${counted(imported, 'customer', 'customers')} imported`;
  heading.focus();
  find('advice', HTMLParagraphElement).textContent = rows === imported
    ? 'Every row of the file is in.'
    : `${counted(rows - imported, 'row was', 'rows were')} left out. Correct them in the file and import it again: who is in already is left alone.`;
  find('rejected', HTMLDivElement).hidden = rejected.length === 0;
  find('rejected-caption', HTMLElement).textContent = rejected.length > rowsShown ? `What was left out: the first ${rowsShown}` : 'What was left out';
  find('rejected-rows', HTMLTableSectionElement).replaceChildren(...rejected.slice(0, rowsShown).map(({ line, field, code }) =>
    make('tr', {}, make('td', { class: 'number' }, count(line)), make('td', {}, field), make('td', {}, inWords(code)))));
  const download = find('download', HTMLAnchorElement);
  download.hidden = rejected.length === 0;
  offerDownload(download, ['line,field,code', ...rejected.map((row) => `${row.line},${row.field},${row.code}`), ''].join('\r\n'), 'text/csv');
}

find('another', HTMLButtonElement).addEventListener('click', () => {
  form.reset();
  form.hidden = false;
  result.hidden = true;
  find('file', HTMLInputElement).focus();
});

ready();
