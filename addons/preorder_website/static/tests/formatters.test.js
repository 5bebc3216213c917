import {describe, expect, test} from "@odoo/hoot";
import {formatTier, parseQuantity} from "@preorder_website/order_form/formatters.esm";
import {localization} from "@web/core/l10n/localization";
import {patchWithCleanup} from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

test("quantities are read as people type them", () => {
  for (const [text, quantity] of [
    ["", 0],
    ["  ", 0],
    ["0", 0],
    ["12", 12],
    [" 7 ", 7],
    ["2,5", 2.5],
    ["2.5", 2.5],
    ["2.", 2],
  ]) {
    expect(parseQuantity(text)).toBe(quantity);
  }
});

test("what is no quantity is not guessed", () => {
  for (const text of ["-1", "1e3", "abc", "1.2.3", "1,000.5", "12345678", "=1+1"]) {
    expect(parseQuantity(text)).toBe(NaN);
  }
});

test("a tier shows no decimals that it does not have", () => {
  patchWithCleanup(localization, {
    decimalPoint: ".",
    grouping: [3, 0],
    thousandsSep: ",",
  });
  expect(formatTier({name: "Ridge", discount: 5})).toBe("Ridge (5\u00a0%)");
  expect(formatTier({name: "Ridge", discount: 5.5})).toBe("Ridge (5.5\u00a0%)");
});
