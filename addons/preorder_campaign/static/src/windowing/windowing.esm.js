/**
 * Which entries of a long list are near the viewport.
 *
 * Odoo's `useVirtualGrid` needs a scrolling element of its own and heights that never
 * change; here the page itself scrolls, with the website's header above the list, and
 * heights are estimates until an entry has been on screen.
 */

/** The entry that a pixel belongs to. */
export function findEntry(tops, pixel) {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= pixel) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** The top of each entry, and the end of the last. */
export function getTops(heights) {
  const tops = new Float64Array(heights.length + 1);
  for (let i = 0; i < heights.length; i++) {
    tops[i + 1] = tops[i] + heights[i];
  }
  return tops;
}

/**
 * @param {Float64Array} tops as `getTops` gives them
 * @param {Number} start first pixel wanted, counted from the list's top
 * @param {Number} end last pixel wanted
 * @returns {[Number, Number]} the first entry wanted and the one after the last
 */
export function findWindow(tops, start, end) {
  const count = tops.length - 1;
  if (!count) {
    return [0, 0];
  }
  const first = Math.min(findEntry(tops, start), count - 1);
  return [first, Math.min(findEntry(tops, Math.max(start, end)) + 1, count)];
}
