/**
 * The limits to show after an answer. Limits are told whole; what is left in stock, for
 * the variants saved only.
 *
 * @param {Object[]} known those shown until now
 * @param {Object} answer a saved batch's: `limits`, if the campaign has any, and `cells`
 * @returns {Object[]}
 */
export function mergeLimits(known, {limits, cells}) {
  if (!limits) {
    return known;
  }
  const saved = new Set(cells.map((cell) => cell.product));
  return [...limits, ...known.filter(({product}) => product && !saved.has(product))];
}
