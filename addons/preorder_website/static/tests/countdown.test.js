import {describe, expect, test} from "@odoo/hoot";
import {getRemaining} from "@preorder_website/order_form/summary/countdown.esm";

describe.current.tags("headless");

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;

test("the time left is told as exactly as it matters", () => {
  expect(getRemaining(26.9 * DAY)).toEqual({unit: "days", count: 26, urgent: false});
  expect(getRemaining(30 * 60 * MINUTE)).toEqual({
    unit: "hours",
    count: 30,
    urgent: false,
  });
  expect(getRemaining(90 * MINUTE)).toEqual({unit: "minutes", count: 90, urgent: true});
  expect(getRemaining(100000)).toEqual({unit: "seconds", count: 100, urgent: true});
});

test("nothing is left at the end", () => {
  expect(getRemaining(0)).toBe(null);
  expect(getRemaining(-1)).toBe(null);
});
