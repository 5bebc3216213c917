import {expect, test} from "@odoo/hoot";
import {click, edit, press, queryAll, queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
  defineModels,
  fields,
  models,
  mountWithCleanup,
  onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {PlanMatrix} from "@preorder_purchase_plan/plan_matrix/plan_matrix.esm";

class PlanLine extends models.Model {
  _name = "preorder.purchase.plan.line";

  partner_id = fields.Many2one({relation: "res.partner"});
  seller_uom_id = fields.Char();
  week = fields.Date();
  problem = fields.Char();
  is_decided = fields.Boolean();
  decision_reason = fields.Char();
  quantity_confirmed = fields.Float();
  quantity_wanted = fields.Float();
  quantity_ordered = fields.Float();
  quantity_missing = fields.Float();
  quantity_suggested = fields.Float();
  quantity_to_order = fields.Float();
  _records = [
    {
      id: 100,
      quantity_confirmed: 5,
      quantity_suggested: 5,
      quantity_to_order: 5,
    },
  ];
}

defineMailModels();
defineModels([PlanLine]);

const COLOURS = 2;
const SIZES = 4;

/** Products of 2 × 4 variants; line ids count up from 100. */
function makeData(count) {
  const products = [];
  for (let id = 1; id <= count; id++) {
    const lines = [];
    for (let place = 0; place < COLOURS * SIZES; place++) {
      lines.push([
        100 + (id - 1) * COLOURS * SIZES + place,
        Math.floor(place / SIZES),
        place % SIZES,
        0,
        "Units",
        [5, 3],
        [],
      ]);
    }
    products.push({
      id,
      name: `Product ${id}`,
      code: `P-${id}`,
      supplier_code: "",
      picture: "1",
      unit: "Units",
      corner: "Colour",
      rows: [
        {name: "Black", color: ""},
        {name: "Red", color: ""},
      ],
      columns: ["S", "M", "L", "XL"],
      lines,
    });
  }
  return {
    measures: [
      {name: "quantity_to_order", label: "To Order"},
      {name: "quantity_confirmed", label: "Confirmed"},
    ],
    suppliers: [{id: 1, name: "Baltic"}],
    products,
  };
}

async function mountMatrix(count, props = {}) {
  onRpc("preorder.purchase.plan", "get_matrix", ({kwargs}) => {
    expect.step(kwargs.product_ids ? `read ${kwargs.product_ids}` : "read all");
    const data = makeData(count);
    if (kwargs.product_ids) {
      data.products = data.products.filter(({id}) => kwargs.product_ids.includes(id));
      data.products[0].lines[0][5] = [9, 3];
    }
    return data;
  });
  await mountWithCleanup(PlanMatrix, {
    props: {
      planId: 1,
      stamp: "",
      beforeChange: () => true,
      afterChange: () => expect.step("form read again"),
      ...props,
    },
  });
  await animationFrame();
}

test("of 1,250 products only those near the screen exist", async () => {
  await mountMatrix(1250);
  expect.verifySteps(["read all"]);
  expect(".o_plan_matrix_tools .ms-auto").toHaveText("1250 products");
  const shown = queryAll(".o_plan_matrix_product").length;
  expect(shown).toBeGreaterThan(1);
  expect(shown).toBeLessThan(30);
  const spacer = queryAll(".o_plan_matrix_list > div").at(-1);
  expect(spacer.offsetHeight).toBeGreaterThan(1200 * 200);
});

test("another figure, a search: nothing is asked of the server", async () => {
  await mountMatrix(3);
  expect.verifySteps(["read all"]);
  expect(queryAllTexts(".o_plan_matrix_product:first tfoot td")).toEqual([
    "10",
    "10",
    "10",
    "10",
    "40",
  ]);
  await click("button:contains(Confirmed)");
  await animationFrame();
  expect(queryAllTexts(".o_plan_matrix_product:first tfoot td").at(-1)).toBe("24");
  await click(".o_plan_matrix_search");
  await edit("p-2");
  await animationFrame();
  expect(queryAllTexts(".o_plan_matrix_product header .fw-bold.text-truncate")).toEqual(
    ["Product 2"]
  );
  expect.verifySteps([]);
});

test("arrow keys walk through cells and on to the next product", async () => {
  await mountMatrix(3);
  const cells = queryAll(".o_plan_matrix_cell");
  cells[0].focus();
  await press("ArrowRight");
  expect(document.activeElement).toBe(cells[1]);
  await press("ArrowDown");
  expect(document.activeElement).toBe(cells[5]);
  await press("ArrowDown");
  expect(document.activeElement.dataset.product).toBe("2");
  await press("ArrowUp");
  expect(document.activeElement.dataset.product).toBe("1");
  expect.verifySteps(["read all"]);
});

test("another quantity takes a reason, and shows at once", async () => {
  await mountMatrix(2);
  onRpc("preorder.purchase.plan.line", "write", ({args}) => {
    expect.step(args[1]);
    return true;
  });
  await click(".o_plan_matrix_cell:first");
  await animationFrame();
  await animationFrame();
  await click(".o_plan_matrix_input");
  await edit("9");
  await animationFrame();
  await click(".o_plan_matrix_popover button[type=submit]");
  await animationFrame();
  expect(".o_plan_matrix_popover [role=alert]").toHaveCount(1);
  await click(".o_plan_matrix_popover input[aria-label=Reason]");
  await edit("Fair in October");
  await click(".o_plan_matrix_popover button[type=submit]");
  await animationFrame();
  await animationFrame();
  expect.verifySteps([
    "read all",
    {quantity_to_order: 9, decision_reason: "Fair in October"},
    "read 1",
    "form read again",
  ]);
  expect(".o_plan_matrix_popover").toHaveCount(0);
  expect(".o_plan_matrix_cell:first").toHaveText("9");
});
