import {describe, expect, test} from "@odoo/hoot";
import {
  countFilters,
  filterProducts,
  getFacets,
  makeFilters,
} from "@preorder_website/order_form/finder/filters.esm";
import {Catalog} from "@preorder_website/order_form/catalog.esm";

describe.current.tags("headless");

/** Two jackets in Outdoor / Jackets, a bottle in Outdoor. */
function makeCatalog() {
  return new Catalog({
    products: {
      id: [1, 2, 3],
      name: ["Éclair Jacket", "Parka", "Bottle"],
      code: ["ECL", "PAR", "BOT"],
      brand: [0, 1, null],
      category: [1, 1, 0],
      tags: [[0], [], []],
      unit: ["", "", ""],
      picture: ["", "", ""],
      new: [1, 0, 0],
      axes: [["Colour"], ["Colour"], []],
      axis: [0, 0, 0],
      rows: [[["Black"], ["Red"]], [["Black"]], [[""]]],
      swatches: [["#000", "#c00"], ["#000"], [""]],
      columns: [["S", "M"], ["S"], [""]],
    },
    variants: {
      id: [11, 12, 13, 14, 21, 31],
      product: [0, 0, 0, 0, 1, 2],
      row: [0, 0, 1, 1, 0, 0],
      column: [0, 1, 0, 1, 0, 0],
      code: ["ECL-BS", "ECL-BM", "ECL-RS", "ECL-RM", "PAR-BS", "BOT"],
      barcode: ["4000000000011", "", "", "", "", "4000000000031"],
      supplier: ["", "", "", "", "X-77", ""],
      values: [[0, 2], [0, 3], [1, 2], [1, 3], [0, 2], []],
    },
    categories: {name: ["Outdoor", "Jackets"], parent: [null, 0]},
    brands: ["Kaldfell", "Merilund"],
    tags: ["Bestseller"],
    values: {
      attribute: ["Colour", "Colour", "Size", "Size"],
      name: ["Black", "Red", "S", "M"],
      color: ["#000", "#c00", "", ""],
      sequence: [1, 2, 2, 1],
    },
  });
}

const FACTS = {
  getPieces: (product) => ({1: 0, 2: 5, 3: 9})[product.id],
  getSeason: (product) => ({1: 3, 2: 0, 3: 0})[product.id],
};

const find = (changes) =>
  filterProducts(makeCatalog(), {...makeFilters(), ...changes}, FACTS).map(
    ({id}) => id
  );

test("products are found by name, reference, barcode and supplier's code", () => {
  expect(find({query: "eclair"})).toEqual([1]);
  expect(find({query: "par-bs"})).toEqual([2]);
  expect(find({query: "4000000000031"})).toEqual([3]);
  expect(find({query: "x-77"})).toEqual([2]);
  expect(find({query: "jackets outdoor"})).toEqual([1, 2]);
  expect(find({query: "jacket bottle"})).toEqual([]);
});

test("a category has all below it", () => {
  expect(find({category: 0})).toEqual([1, 2, 3]);
  expect(find({category: 1})).toEqual([1, 2]);
});

test("values of one attribute widen the choice, of two narrow it", () => {
  expect(find({values: [0, 1]})).toEqual([1, 2]);
  expect(find({values: [1, 2]})).toEqual([1]);
});

test("brands, tags and flags each narrow the choice", () => {
  expect(find({brands: ["Merilund", "Kaldfell"]})).toEqual([1, 2]);
  expect(find({tags: [0]})).toEqual([1]);
  expect(find({isNew: true})).toEqual([1]);
  expect(find({ordered: true})).toEqual([2, 3]);
  expect(find({season: true})).toEqual([1]);
});

test("products stand in the order that is asked for", () => {
  expect(find({sort: "name"})).toEqual([3, 1, 2]);
  expect(find({sort: "ordered"})).toEqual([3, 2, 1]);
});

test("choices are offered in the office's order, sizes by their sequence", () => {
  const facets = getFacets(makeCatalog());
  expect(facets.attributes.map(({name}) => name)).toEqual(["Colour", "Size"]);
  expect(facets.attributes[1].values.map(({name}) => name)).toEqual(["M", "S"]);
  expect(facets.categories.map(({name, depth}) => [name, depth])).toEqual([
    ["Outdoor", 0],
    ["Jackets", 1],
  ]);
});

test("a product's reference and brand stand side by side, nothing beside one alone", () => {
  expect(makeCatalog().products.map((product) => product.codeAndBrand)).toEqual([
    "ECL · Kaldfell",
    "PAR · Merilund",
    "BOT",
  ]);
});

test("filters are counted, the search apart", () => {
  expect(countFilters({...makeFilters(), query: "x"})).toBe(0);
  expect(countFilters({...makeFilters(), category: 0, brands: ["A", "B"]})).toBe(3);
});

test("a third attribute makes layers, so that rows stay colours", () => {
  const catalog = new Catalog({
    products: {
      id: [1],
      name: ["Trousers"],
      code: [""],
      brand: [null],
      category: [null],
      tags: [[]],
      unit: [""],
      picture: [""],
      new: [0],
      axes: [["Length", "Colour"]],
      axis: [1],
      rows: [
        [
          ["Short", "Black"],
          ["Short", "Red"],
          ["Long", "Black"],
        ],
      ],
      swatches: [["", "", ""]],
      columns: [["S"]],
    },
    variants: {
      id: [1, 2, 3],
      product: [0, 0, 0],
      row: [0, 1, 2],
      column: [0, 0, 0],
      code: ["", "", ""],
      barcode: ["", "", ""],
      supplier: ["", "", ""],
      values: [[], [], []],
    },
    categories: {name: [], parent: []},
    brands: [],
    tags: [],
    values: {attribute: [], name: [], color: [], sequence: []},
  });
  const layers = catalog.products[0].layers.map(({label, rows}) => [
    label,
    rows.map((row) => [row.label, ...row.cells]),
  ]);
  expect(layers).toEqual([
    [
      "Short",
      [
        ["Black", 1],
        ["Red", 2],
      ],
    ],
    ["Long", [["Black", 3]]],
  ]);
});
