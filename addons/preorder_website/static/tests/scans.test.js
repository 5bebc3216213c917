import {describe, expect, test} from "@odoo/hoot";
import {Bursts} from "@preorder_website/order_form/scan/bursts.esm";
import {Scans} from "@preorder_website/order_form/scan/scans.esm";

describe.current.tags("headless");

const makeScans = (answers) =>
  new Scans({
    ask: async (code) => {
      if (!answers) {
        throw new Error("offline");
      }
      return answers[code];
    },
    findHere: (code) => ({"PAR-S": 21})[code],
    getName: (variant) => `Variant ${variant}`,
  });

test("a code goes to its variant, and says what it takes the place of", async () => {
  const scans = makeScans({
    OLD: {product: 21, replaced: "Last year's parka", problem: ""},
  });
  expect(await scans.find("OLD")).toBe(21);
  expect(scans.state.found).toEqual({
    code: "OLD",
    name: "Variant 21",
    replaced: "Last year's parka",
  });
});

test("an unknown code stays in the list, once, until it is forgotten or found", async () => {
  const answers = {X: {product: 0, replaced: "", problem: "No product has this code."}};
  const scans = makeScans(answers);
  expect(await scans.find("X")).toBe(0);
  await scans.find("X");
  expect(scans.state.unknown).toEqual([
    {code: "X", problem: "No product has this code."},
  ]);
  answers.X = {product: 5, replaced: "", problem: ""};
  await scans.find("X");
  expect(scans.state.unknown).toEqual([]);
});

test("without a network the catalog tells what it knows", async () => {
  const scans = makeScans(null);
  expect(await scans.find("PAR-S")).toBe(21);
  expect(await scans.find("Y")).toBe(0);
});

test("what stood in a field before a scanner's burst is known", () => {
  let now = 0;
  const bursts = new Bursts(() => now);
  const field = {};
  // A person types 12 …
  bursts.note(field, 0);
  now += 300;
  bursts.note(field, 1);
  now += 900;
  // … and then a scanner its digits.
  for (const quantity of [12, 124, 1240, 12400]) {
    bursts.note(field, quantity);
    now += 20;
  }
  expect(bursts.getBefore(field)).toBe(12);
});
