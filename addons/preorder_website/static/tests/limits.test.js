import {describe, expect, test} from "@odoo/hoot";
import {mergeLimits} from "@preorder_website/order_form/limits/merge_limits.esm";

describe.current.tags("headless");

test("limits are told whole, what is left in stock for the variants saved only", () => {
  const known = [
    {name: "At least 10 pieces"},
    {product: 1, name: "2 left"},
    {product: 2, name: "5 left"},
  ];
  const answer = {limits: [{product: 1, name: "1 left"}], cells: [{product: 1}]};
  expect(mergeLimits(known, answer)).toEqual([
    {product: 1, name: "1 left"},
    {product: 2, name: "5 left"},
  ]);
  expect(mergeLimits(known, {cells: [{product: 1}]})).toBe(known);
});
