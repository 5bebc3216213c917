import {describe, expect, test} from "@odoo/hoot";
import {History} from "@preorder_website/order_form/history.esm";

describe.current.tags("headless");

const change = (product, before, after, date = null) => ({
  product,
  date,
  before,
  after,
});

test("what was changed at once is undone at once", () => {
  const history = new History();
  history.record([change(1, 0, 5), change(2, 3, 0)]);
  expect(history.undo()).toEqual([
    {product: 1, date: null, quantity: 0},
    {product: 2, date: null, quantity: 3},
  ]);
  expect(history.redo()).toEqual([
    {product: 1, date: null, quantity: 5},
    {product: 2, date: null, quantity: 0},
  ]);
});

test("the digits of one number are one step", () => {
  const history = new History();
  const token = {};
  history.record([change(1, 0, 1)], token);
  history.record([change(1, 1, 12)], token);
  expect(history.undo()).toEqual([{product: 1, date: null, quantity: 0}]);
  expect(history.undo()).toEqual([]);
  expect(history.redo()).toEqual([{product: 1, date: null, quantity: 12}]);
});

test("another field, another visit or another date is another step", () => {
  const history = new History();
  const token = {};
  history.record([change(1, 0, 1)], token);
  history.record([change(2, 0, 1)], token);
  history.record([change(2, 1, 2)], {});
  history.record([change(2, 0, 4, "2027-08-01")], token);
  expect(history.done.length).toBe(4);
});

test("a new change ends what could be done again", () => {
  const history = new History();
  history.record([change(1, 0, 1)]);
  history.undo();
  history.record([change(1, 0, 2)]);
  expect(history.redo()).toEqual([]);
});
