import {describe, expect, test} from "@odoo/hoot";
import {StockBook} from "@preorder_website/order_form/stock_book.esm";
import {localization} from "@web/core/l10n/localization";
import {allowTranslations, patchWithCleanup} from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

function openBook() {
  const product = {variants: [1, 2, 3, 4, 5, 6], state: {stockVersion: 0}};
  const book = new StockBook((variant) => variant < 6 && product);
  book.read({
    product: [1, 2, 3, 4, 5, 6],
    quantity: [7, 0, 0, 0, 0, 0],
    day: ["2027-03-15", "2027-03-15", null, null, null, null],
    coming: [0, 12, 0, 0, 0, 0],
    lead: [0, 9, 14, 1, 0, 0],
  });
  return {book, product};
}

test("stock comes before what is expected, that before the lead time", () => {
  allowTranslations();
  patchWithCleanup(localization, {
    dateFormat: "MM/dd/yyyy",
    decimalPoint: ".",
    grouping: [3, 0],
    thousandsSep: ",",
  });
  const {book} = openBook();
  expect([1, 2, 3, 4, 5].map((variant) => book.tell(variant).icon)).toEqual([
    "fa-cubes",
    "fa-truck",
    "fa-clock-o",
    "fa-clock-o",
    "fa-ban",
  ]);
  expect(String(book.tell(1).short)).toBe("7");
  expect(String(book.tell(2).text)).toBe("12 expected on 03/15/2027");
  expect(String(book.tell(3).text)).toBe("Comes within 14 days");
  expect(String(book.tell(4).text)).toBe("Comes within 1 day");
  expect(String(book.tell(5).short)).toBe("sold out");
});

test("nothing is told of what the office does not tell", () => {
  const {book} = openBook();
  expect(book.tell(99)).toBe(null);
});

test("a product in stock is one of which a variant is", () => {
  const {book, product} = openBook();
  expect(book.isInStock(product)).toBe(true);
  expect(book.isInStock({variants: [2, 3]})).toBe(false);
});

test("a product is drawn anew once, whatever is told of its variants", () => {
  expect(openBook().product.state.stockVersion).toBe(1);
});
