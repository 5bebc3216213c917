import {describe, expect, test} from "@odoo/hoot";
import {
  recallColumns,
  rememberColumns,
} from "@preorder_website/order_form/excel/excel_columns.esm";

describe.current.tags("headless");

function makeStorage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) || null,
    setItem: (key, value) => items.set(key, value),
  };
}

function makeSheet(...texts) {
  return {columns: texts.map((text, column) => ({column, text}))};
}

const CHOSEN = {code: 0, quantity: 2, date: null};

test("a table with the same headings is read as last time", () => {
  const storage = makeStorage();
  rememberColumns(storage, 7, makeSheet("SKU", "Text", "Qty"), CHOSEN);
  expect(recallColumns(storage, 7, makeSheet("sku", "Text", "qty"))).toEqual(CHOSEN);
  expect(recallColumns(storage, 7, makeSheet("SKU", "Qty"))).toBe(null);
});

test("each person at this browser has tables of their own", () => {
  const storage = makeStorage();
  rememberColumns(storage, 7, makeSheet("SKU", "Qty"), CHOSEN);
  expect(recallColumns(storage, 8, makeSheet("SKU", "Qty"))).toBe(null);
});

test("a choice replaces the one before", () => {
  const storage = makeStorage();
  rememberColumns(storage, 7, makeSheet("A", "B", "C"), CHOSEN);
  const later = {code: 1, quantity: 2, date: 0};
  rememberColumns(storage, 7, makeSheet("A", "B", "C"), later);
  expect(recallColumns(storage, 7, makeSheet("A", "B", "C"))).toEqual(later);
});

test("what was kept and cannot be read is as good as nothing", () => {
  const storage = makeStorage();
  storage.setItem("preorder-excel-columns-7", "{broken");
  expect(recallColumns(storage, 7, makeSheet("A"))).toBe(null);
  rememberColumns(storage, 7, makeSheet("A"), CHOSEN);
  expect(recallColumns(storage, 7, makeSheet("A"))).toEqual(CHOSEN);
});
