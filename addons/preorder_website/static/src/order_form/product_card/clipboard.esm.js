import {parseQuantity} from "../formatters.esm";

function find(labels, text) {
  return labels.findIndex((label) => label.toLowerCase() === text.toLowerCase());
}

function isHeading(texts, labels) {
  const filled = texts.filter(Boolean);
  // Sizes can be numbers: a row of them counts as a heading if all of it is one.
  return (
    filled.length > 1 &&
    new Set(filled).size === filled.length &&
    filled.every((text) => find(labels, text) >= 0)
  );
}

function placeCell(result, variant, text) {
  if (!text) {
    return;
  }
  const quantity = parseQuantity(text);
  if (Number.isNaN(quantity)) {
    result.refused.push(text);
  } else if (variant) {
    result.cells.push({product: variant, quantity});
  } else {
    result.outside += 1;
  }
}

/**
 * Cells as a spreadsheet puts them on the clipboard.
 *
 * @param {String} text rows in lines, cells between tabs
 * @returns {String[][]}
 */
export function readBlock(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

/**
 * Put a block of cells into a grid, its first one at a given place.
 *
 * Empty cells leave a quantity as it is. A first row that repeats the grid's column
 * labels, and a first column that repeats its row labels, are headings: the block then
 * goes where they say.
 *
 * @param {String[][]} block
 * @param {Object} grid `rows` (`label`, `cells`: variants or null) and `columns`
 * @param {Object} at `row` and `column` of the cell pasted into
 * @returns {Object} `cells` (`product`, `quantity`) to set, `refused` (texts that are no
 *  quantities), `outside` (how many did not fit)
 */
export function placeBlock(block, {rows, columns}, at) {
  const rowLabels = rows.map((row) => row.label);
  const headRow = isHeading(block[0].slice(1), columns) || isHeading(block[0], columns);
  const headColumn = isHeading(
    block.slice(headRow ? 1 : 0).map((cells) => cells[0]),
    rowLabels
  );
  const body = block
    .slice(headRow ? 1 : 0)
    .map((cells) => (headColumn ? cells.slice(1) : cells));
  const heads = headColumn ? block[0].slice(1) : block[0];
  const result = {cells: [], refused: [], outside: 0};
  body.forEach((cells, r) => {
    const row = headColumn
      ? find(rowLabels, block[r + (headRow ? 1 : 0)][0])
      : at.row + r;
    cells.forEach((text, c) => {
      const column = headRow ? find(columns, heads[c]) : at.column + c;
      placeCell(result, rows[row] && rows[row].cells[column], text);
    });
  });
  return result;
}
