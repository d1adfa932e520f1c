// @ts-check
/** Numbers, times and places in the reader's own manner of writing. */

const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const number = new Intl.NumberFormat();
const region = new Intl.DisplayNames(undefined, { type: 'region' });

/** @param {number} value */
export const count = (value) => number.format(value);

/**
 * @param {number} value
 * @param {string} one
 * @param {string} many
 */
export const counted = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;

/** @param {string} code ISO 3166-1 alpha-2. */
export const country = (code) => region.of(code) ?? code;

/**
 * The time of day, with the day when that is not today.
 * @param {Date} date
 */
export const moment = (date) => (date.toDateString() === new Date().toDateString() ? time.format(date) : dateAndTime.format(date));

/**
 * A time element for a time of the API.
 * @param {string} utc
 */
export function timeElement(utc) {
  const element = document.createElement('time');
  const date = new Date(utc);
  element.dateTime = utc;
  element.title = dateAndTime.format(date);
  element.textContent = moment(date);
  return element;
}

/**
 * A code of the API as words: `wrong_password` is "wrong password".
 * @param {string} code
 */
export const inWords = (code) => code.replaceAll('_', ' ');
