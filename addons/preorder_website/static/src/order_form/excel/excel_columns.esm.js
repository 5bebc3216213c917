/**
 * Which columns of a table hold codes and quantities: as the person chose them last time
 * for a table with the same headings.
 *
 * Kept in this browser, as unsaved quantities are: it is a convenience of whoever sits
 * here, and reading a workbook changes nothing on the server.
 */

/** Tables that are remembered; the one not used for longest goes first. */
const KEPT = 20;

function getStorageKey(user) {
  return `preorder-excel-columns-${user}`;
}

/** What tells one kind of table from another. */
function getKind({columns}) {
  return columns.map(({column, text}) => `${column}:${text.toLowerCase()}`).join("|");
}

function readKept(storage, user) {
  try {
    const kept = JSON.parse(storage.getItem(getStorageKey(user)));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/**
 * @param {Storage} storage
 * @param {Number} user
 * @param {Object} sheet a sheet as the server describes it
 * @returns {Object|null} `code`, `quantity` and `date` (columns; null for none)
 */
export function recallColumns(storage, user, sheet) {
  const found = readKept(storage, user).find(({kind}) => kind === getKind(sheet));
  return found ? found.columns : null;
}

/** Remember the columns chosen for tables with the headings of a sheet. */
export function rememberColumns(storage, user, sheet, {code, quantity, date}) {
  const kind = getKind(sheet);
  const others = readKept(storage, user).filter((each) => each.kind !== kind);
  const kept = [{kind, columns: {code, quantity, date}}, ...others].slice(0, KEPT);
  storage.setItem(getStorageKey(user), JSON.stringify(kept));
}
