import {describe, expect, test} from "@odoo/hoot";
import {
  placeBlock,
  readBlock,
} from "@preorder_website/order_form/product_card/clipboard.esm";

describe.current.tags("headless");

const GRID = {
  columns: ["S", "M", "L"],
  rows: [
    {label: "Black", cells: [11, 12, 13]},
    {label: "Red", cells: [21, null, 23]},
  ],
};

const paste = (text, row = 0, column = 0) =>
  placeBlock(readBlock(text), GRID, {row, column});

const asObject = ({cells}) =>
  Object.fromEntries(cells.map(({product, quantity}) => [product, quantity]));

test("a block is read as spreadsheets write it", () => {
  expect(readBlock("1\t2\r\n3\t\r\n")).toEqual([
    ["1", "2"],
    ["3", ""],
  ]);
});

test("a block goes right and down from the field pasted into", () => {
  expect(asObject(paste("1\t2\n3\t4", 0, 1))).toEqual({12: 1, 13: 2, 23: 4});
});

test("empty cells leave what is there", () => {
  expect(asObject(paste("1\t\t3"))).toEqual({11: 1, 13: 3});
});

test("what has no variant or no place is counted", () => {
  expect(paste("1\t2\t3\t4\n5\t6\t7\n8").outside).toBe(3);
});

test("what is no quantity is named and not guessed", () => {
  const {cells, refused} = paste("1\tmany\t-3");
  expect(refused).toEqual(["many", "-3"]);
  expect(cells).toEqual([{product: 11, quantity: 1}]);
});

test("headings of columns and rows say where quantities go", () => {
  expect(asObject(paste("\tL\tS\nRed\t1\t2\nblack\t3\t4", 1, 2))).toEqual({
    23: 1,
    21: 2,
    13: 3,
    11: 4,
  });
});

test("sizes that are numbers count as headings only where all are", () => {
  const grid = {columns: ["36", "38", "40"], rows: [{label: "", cells: [1, 2, 3]}]};
  const at = {row: 0, column: 0};
  expect(asObject(placeBlock(readBlock("36\t40\n5\t6"), grid, at))).toEqual({
    1: 5,
    3: 6,
  });
  expect(asObject(placeBlock(readBlock("36\t7\t1"), grid, at))).toEqual({
    1: 36,
    2: 7,
    3: 1,
  });
});
