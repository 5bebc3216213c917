import {describe, expect, test} from "@odoo/hoot";
import {MatrixModel} from "@preorder_purchase_plan/plan_matrix/matrix_model.esm";

describe.current.tags("headless");

const MEASURES = [
  {name: "quantity_to_order", label: "To Order"},
  {name: "quantity_confirmed", label: "Confirmed"},
];

function makeData() {
  return {
    measures: MEASURES,
    suppliers: [
      {id: 7, name: "Baltic"},
      {id: 8, name: "Metal"},
    ],
    products: [
      {
        id: 1,
        name: "Parka",
        code: "PAR",
        supplier_code: "B-1",
        unit: "Units",
        corner: "Colour",
        rows: [
          {name: "Black", color: "#000"},
          {name: "Red", color: ""},
          {name: "Blue", color: ""},
        ],
        columns: ["S", "M", "L"],
        lines: [
          [11, 0, 0, 0, "Units", [5, 4], []],
          [12, 0, 2, 0, "Units", [3, 3], ["late"]],
          [13, 1, 0, 1, "Dozens", [1, 9], []],
        ],
      },
      {
        id: 2,
        name: "Flask",
        code: "FL",
        supplier_code: "",
        unit: "Units",
        corner: "",
        rows: [{name: "", color: ""}],
        columns: [""],
        lines: [[21, 0, 0, -1, "Units", [0, 2], ["problem"]]],
      },
    ],
  };
}

test("rows and columns without a line are left out, and all is added up", () => {
  const model = new MatrixModel(makeData());
  model.measure = 1;
  const [parka] = model.getEntries();
  const matrix = model.getMatrix(parka);
  expect(matrix.rows.map((row) => [row.name, row.total])).toEqual([
    ["Black", 7],
    ["Red", 9],
  ]);
  expect(matrix.columns.map((column) => [column.name, column.total])).toEqual([
    ["S", 13],
    ["L", 3],
  ]);
  expect([matrix.total, matrix.unit]).toEqual([16, "Units"]);
  expect(matrix.rows[0].cells[1].marks).toEqual(["late"]);
});

test("pieces and dozens are not added up", () => {
  const model = new MatrixModel(makeData());
  const [parka] = model.getEntries();
  const matrix = model.getMatrix(parka);
  expect(matrix.rows.map((row) => row.total)).toEqual([8, 1]);
  expect([matrix.total, matrix.unit]).toEqual([null, ""]);
});

test("products of which nothing is to be shown are left out", () => {
  const model = new MatrixModel(makeData());
  expect(model.getEntries().map(({key}) => key)).toEqual([1]);
  model.measure = 1;
  expect(model.getEntries().map(({key}) => key)).toEqual([1, 2]);
});

test("a supplier's products are found, and those without one", () => {
  const model = new MatrixModel(makeData());
  model.measure = 1;
  model.supplier = 1;
  const [parka] = model.getEntries();
  expect(model.getMatrix(parka).rows.map((row) => row.name)).toEqual(["Red"]);
  model.supplier = -1;
  expect(model.getEntries().map(({key}) => key)).toEqual([2]);
});

test("a search finds names and either side's codes, in any order of words", () => {
  const model = new MatrixModel(makeData());
  for (const [search, found] of [
    ["b-1 park", [1]],
    ["par", [1]],
    ["flask", []],
  ]) {
    model.search = search;
    expect(model.getEntries().map(({key}) => key)).toEqual(found);
  }
});

test("a product that is read again takes the place of what was read before", () => {
  const model = new MatrixModel(makeData());
  const fresh = makeData();
  // The answer for one product lists its suppliers alone.
  fresh.suppliers = [
    {id: 8, name: "Metal"},
    {id: 9, name: "New"},
  ];
  fresh.products = [
    {
      ...fresh.products[0],
      lines: [
        [13, 1, 0, 0, "Units", [2, 9], []],
        [14, 2, 1, 1, "Units", [6, 6], []],
      ],
    },
  ];
  model.replace(fresh);
  const [parka] = model.getEntries();
  expect(model.getMatrix(parka).suppliers.map(({name}) => name)).toEqual([
    "Metal",
    "New",
  ]);
  expect(model.products.map(({id}) => id)).toEqual([1, 2]);
});

test("a product's height is that of its rows, a single variant has no heading", () => {
  const model = new MatrixModel(makeData());
  model.measure = 1;
  const [parka, flask] = model.getEntries();
  expect(parka.height).toBe(72 + 30 + 32 * 3 + 28);
  expect(flask.height).toBe(72 + 32 + 28);
});
