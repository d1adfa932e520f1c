// @ts-check
/** Password fields: shown on request, and the rules of a new one ticked off while it is typed. The API has the last word. */
import { find } from './dom.js';

for (const button of document.querySelectorAll('.show-password')) {
  button.addEventListener('click', () => {
    const input = find(button.getAttribute('aria-controls') ?? '', HTMLInputElement);
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    input.focus();
  });
}

for (const list of document.querySelectorAll('.rules')) {
  if (list instanceof HTMLUListElement) tickOff(list);
}

/** @param {HTMLUListElement} list */
function tickOff(list) {
  const shortest = Number(list.dataset.shortest);
  /** @type {Record<string, (text: string) => boolean>} */
  const keeps = {
    length: (text) => [...text.normalize()].length >= shortest,
    letter: (text) => /\p{L}/u.test(text),
    lower: (text) => /\p{Ll}/u.test(text),
    upper: (text) => /\p{Lu}/u.test(text),
    digit: (text) => /\p{Nd}/u.test(text),
    special: (text) => /[^\p{L}\p{Nd}]/u.test(text),
  };
  const input = find(list.dataset.of ?? '', HTMLInputElement);
  const said = find(`${input.id}-kept`, HTMLParagraphElement);
  input.addEventListener('input', () => {
    const rules = [...list.querySelectorAll('[data-rule]')];
    const kept = rules.filter((rule) => rule.toggleAttribute('data-kept', keeps[rule.getAttribute('data-rule') ?? '']?.(input.value)));
    said.textContent = kept.length === rules.length ? 'All rules are kept.' : `${kept.length} of ${rules.length} rules are kept.`;
  });
}
