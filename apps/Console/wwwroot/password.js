// @ts-check
/** Password fields: shown on request, and the rules of a new one ticked off while it is typed. The API has the last word. */
import { find, findOptional } from './dom.js';

for (const button of document.querySelectorAll('.show-password')) {
  button.addEventListener('click', () => {
    const input = find('password', HTMLInputElement);
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    input.focus();
  });
}

const rules = findOptional('password-rules', HTMLUListElement);
if (rules) {
  const shortest = Number(rules.dataset.shortest);
  /** @type {Record<string, (text: string) => boolean>} */
  const keeps = {
    length: (text) => text.length >= shortest,
    lower: (text) => /\p{Ll}/u.test(text),
    upper: (text) => /\p{Lu}/u.test(text),
    digit: (text) => /\p{Nd}/u.test(text),
    special: (text) => /[^\p{L}\p{Nd}]/u.test(text),
  };
  const input = find('password', HTMLInputElement);
  input.addEventListener('input', () => {
    for (const rule of rules.querySelectorAll('[data-rule]')) {
      rule.toggleAttribute('data-kept', keeps[rule.getAttribute('data-rule') ?? '']?.(input.value));
    }
  });
}
