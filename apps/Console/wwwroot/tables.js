// @ts-check
/** Lists: one page of rows, how many there are, and links to the pages beside it. The page is in the address, as is its back. */
import { list } from './api.js';
import { find, findOptional } from './dom.js';
import { counted } from './words.js';

const rowsPerPage = 25;

/** The page of the list that the address asks for. */
export function pageAsked() {
  return Math.max(1, Number.parseInt(new URLSearchParams(location.search).get('page') ?? '', 10) || 1);
}

/**
 * Fills the page's list.
 * @param {object} what
 * @param {string} what.path
 * @param {Record<string, string | number>} [what.query] Instead of the page that the address asks for.
 * @param {HTMLElement} what.into
 * @param {(item: any) => Node} what.row
 * @param {[string, string]} what.nouns One, many.
 */
export async function fill({ path, query = { page: pageAsked() }, into, row, nouns }) {
  const box = into.closest('[aria-busy]');
  box?.setAttribute('aria-busy', 'true');
  try {
    const found = await list(path, { pageSize: rowsPerPage, ...query });
    into.replaceChildren(...found.items.map(row));
    find('count', HTMLParagraphElement).textContent = counted(found.total, ...nouns);
    const empty = findOptional('empty', HTMLParagraphElement);
    if (empty) empty.hidden = found.total > 0;
    showPager(found.page, found.pages);
    return found;
  } finally {
    box?.setAttribute('aria-busy', 'false');
  }
}

/**
 * @param {number} page
 * @param {number} pages
 */
function showPager(page, pages) {
  find('pager', HTMLElement).hidden = pages < 2;
  find('place', HTMLSpanElement).textContent = `Page ${page} of ${pages}`;
  lead(find('previous', HTMLAnchorElement), page - 1, page > 1);
  lead(find('next', HTMLAnchorElement), page + 1, page < pages);
}

/**
 * @param {HTMLAnchorElement} link
 * @param {number} page
 * @param {boolean} exists
 */
function lead(link, page, exists) {
  const asked = new URLSearchParams(location.search);
  asked.set('page', String(page));
  if (exists) link.href = `?${asked}`;
  else link.removeAttribute('href');
  link.ariaDisabled = exists ? null : 'true';
}
