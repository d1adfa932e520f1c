// @ts-check

/**
 * The token of a link, out of the address and gone from it: not left in the history, in sight, or in a bookmark. A token
 * stands behind the # so that no server ever had it in a log.
 */
export function takeToken() {
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  return token;
}
