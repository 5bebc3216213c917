import {describe, expect, test} from "@odoo/hoot";
import {Quantities} from "@preorder_website/order_form/quantities.esm";

describe.current.tags("headless");

test("pieces are counted for one delivery date", () => {
  const quantities = new Quantities();
  quantities.set(1, null, 2);
  quantities.set(1, "2026-05-01", 3);
  quantities.set(2, "2026-05-01", 4);
  expect(quantities.countPieces(null)).toBe(2);
  expect(quantities.countPieces("2026-05-01")).toBe(7);
  expect(quantities.get(2, "2026-06-01")).toBe(0);
  expect([...quantities.getProducts()]).toEqual([1, 2]);
});

test("quantities without a date are added to those of the date that they get", () => {
  const quantities = new Quantities();
  quantities.set(1, null, 2);
  quantities.set(2, null, 0);
  quantities.set(1, "2026-05-01", 3);
  expect(quantities.moveUndated("2026-05-01")).toEqual([
    {product: 1, date: null, quantity: 0},
    {product: 1, date: "2026-05-01", quantity: 5},
  ]);
});

test("what a closed tab has kept covers what the page came with, until uncovered", () => {
  const quantities = new Quantities();
  quantities.set(1, null, 8);
  quantities.cover(1, null, 5);
  quantities.cover(1, null, 6);
  expect(quantities.get(1, null)).toBe(6);
  quantities.uncover(1, null);
  expect(quantities.get(1, null)).toBe(8);
  quantities.set(2, null, 3);
  quantities.uncover(2, null);
  expect(quantities.get(2, null)).toBe(3);
});
