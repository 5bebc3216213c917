import {describe, expect, test} from "@odoo/hoot";
import {findWindow, getTops} from "@preorder_campaign/windowing/windowing.esm";

describe.current.tags("headless");

/** The same by looking at every entry. */
function findSlowly(heights, start, end) {
  let top = 0;
  const seen = [];
  heights.forEach((height, i) => {
    if (top + height > start && top <= end) {
      seen.push(i);
    }
    top += height;
  });
  return seen;
}

test("every entry that touches the screen is in the window, and few others", () => {
  const heights = Array.from({length: 200}, (_, i) => 40 + ((i * 37) % 90));
  const tops = getTops(heights);
  for (let start = 0; start < tops[200]; start += 97) {
    const [first, last] = findWindow(tops, start, start + 900);
    const seen = findSlowly(heights, start, start + 900);
    expect(first).toBe(seen[0]);
    expect(last).toBe(seen[seen.length - 1] + 1);
  }
});

test("beyond the ends there is still the nearest entry", () => {
  const tops = getTops([10, 10, 10]);
  expect(findWindow(tops, -500, -100)).toEqual([0, 1]);
  expect(findWindow(tops, 500, 900)).toEqual([2, 3]);
});

test("an empty list has an empty window", () => {
  expect(findWindow(getTops([]), 0, 900)).toEqual([0, 0]);
});
