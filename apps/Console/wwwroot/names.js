// @ts-check
import { list, Problem } from './api.js';

const pagesAtMost = 10;

/**
 * The names of people by their id, as far as the caller may know them.
 * @returns {Promise<Map<string, string>>}
 */
export async function namesOfPeople() {
  const names = new Map();
  try {
    for (let page = 1, pages = 1; page <= Math.min(pages, pagesAtMost); page++) {
      const found = await list('/api/admin/users', { page, pageSize: 100 });
      pages = found.pages;
      for (const user of found.items) names.set(user.id, user.name);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // without names, people are nobody in particular
  }
  return names;
}
