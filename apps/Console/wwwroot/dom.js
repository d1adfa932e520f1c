// @ts-check
/** The page's elements: found by id, made with text. Text is only ever text; nothing here reads markup from a string. */

/**
 * The element with this id. That it is there is the page's promise to its script.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type Also guards against an element of another kind that came by the id.
 * @returns {T}
 */
export function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return element;
}

/**
 * Like {@link find}, for what a role may not have on its page.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T | null}
 */
export function findOptional(id, type) {
  const element = document.getElementById(id);
  return element instanceof type ? element : null;
}

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children Strings become text.
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * A button that does something when pressed.
 * @param {string} text
 * @param {string} kind Its class.
 * @param {() => void} act
 */
export function makeButton(text, kind, act) {
  const button = make('button', { type: 'button', class: kind }, text);
  button.addEventListener('click', act);
  return button;
}

/**
 * A button of a list that opens a dialog; its name says about what.
 * @param {string} text
 * @param {string} of
 * @param {() => void} act
 */
export function makeNamedButton(text, of, act) {
  const button = makeButton(`${text}…`, '', act);
  button.append(make('span', { class: 'unseen' }, ` ${of}`));
  return button;
}

/** The page's script is at work: until then, the page is inert. */
export function ready() {
  find('content', HTMLElement).inert = false;
}

/**
 * Tells everybody, those who listen included, what just happened.
 * @param {string} text
 * @param {boolean} [stays] Good news passes; what went wrong stays.
 */
export function announce(text, stays = false) {
  const place = find('status', HTMLParagraphElement);
  place.textContent = text;
  place.toggleAttribute('data-stays', stays);
}

/**
 * Shows one of the page's steps and moves the focus to its heading, so that it is read out.
 * @param {string} name
 */
export function showStep(name) {
  for (const step of document.querySelectorAll('[data-step]')) {
    if (step instanceof HTMLElement) step.hidden = step.dataset.step !== name;
  }
  for (const mark of document.querySelectorAll('.steps [data-for]')) {
    if (mark.getAttribute('data-for') === name) mark.setAttribute('aria-current', 'step');
    else mark.removeAttribute('aria-current');
  }
  const heading = document.querySelector(`[data-step="${name}"] h1`);
  if (heading instanceof HTMLElement) heading.focus();
}

/**
 * Copies a text and says so.
 * @param {string} text
 * @param {HTMLElement} said Where.
 */
export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = 'Copied.';
  } catch {
    said.textContent = 'The browser did not let us copy. Select the text instead.';
  }
}

/**
 * Lets a link download a text.
 * @param {HTMLAnchorElement} link
 * @param {string} text
 * @param {string} type
 */
export function offerDownload(link, text, type) {
  link.href = URL.createObjectURL(new Blob([text], { type }));
}
