/**
 * One pre-order, all the way: the office opens a campaign, a customer fills, signs and
 * prepays, the purchaser orders. The records it meets come from tests/test_walk.py.
 */
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function chooseTag(field, name) {
  return [
    {
      content: `look for ${name}`,
      trigger: `.o_field_widget[name=${field}] input`,
      run: `edit ${name}`,
    },
    {
      content: `choose ${name}`,
      trigger: `.o-autocomplete--dropdown-item:contains(${name}):not(:contains(Create))`,
      run: "click",
    },
    {trigger: `.o_field_widget[name=${field}] .o_tag:contains(${name})`},
  ];
}

function openTab(label) {
  return {
    content: `open the tab ${label}`,
    trigger: `.o_notebook .nav-link:contains(${label})`,
    run: "click",
  };
}

function addTier(name, amount, discount) {
  return [
    {
      content: "add a tier",
      trigger: ".o_field_widget[name=tier_ids] .o_field_x2many_list_row_add a",
      run: "click",
    },
    {
      trigger: ".o_selected_row .o_field_widget[name=name] input",
      run: `edit ${name}`,
    },
    {
      trigger: ".o_selected_row .o_field_widget[name=target_amount] input",
      run: `edit ${amount}`,
    },
    {
      trigger: ".o_selected_row .o_field_widget[name=discount] input",
      run: `edit ${discount}`,
    },
  ];
}

tours.add("preorder_office_opens_campaign", {
  steps: () => [
    {
      content: "a new campaign from the kanban view",
      trigger:
        ".o_kanban_view .o-kanban-button-new, .o_control_panel .o-kanban-button-new",
      run: "click",
    },
    {trigger: ".o_field_widget[name=name] input", run: "edit Winter walk"},
    {trigger: ".o_field_widget[name=code] input", run: "edit WALK"},
    {
      trigger:
        ".o_field_widget[name=date_end] input, .o_field_widget[name=date_end] button",
      run: "click",
    },
    {
      trigger: ".o_field_widget[name=date_end] input",
      run: "edit 12/31/2099 12:00:00 && press Enter",
    },
    openTab("Products"),
    ...chooseTag("categ_ids", "Winter walk products"),
    openTab("Customers"),
    ...chooseTag("label_ids", "Walk dealer"),
    openTab("Discounts"),
    ...addTier("Silver", "1000", "5"),
    ...addTier("Gold", "5000", "10"),
    openTab("Confirmation"),
    {
      trigger:
        ".o_field_widget[name=confirmation] label:contains(signature and prepay)",
      run: "click",
    },
    {trigger: ".o_field_widget[name=prepayment_percent] input", run: "edit 30"},
    {trigger: ".o_form_button_save", run: "click"},
    {
      content: "open it",
      trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))",
    },
    {trigger: "button[name=action_open]", run: "click"},
    {trigger: ".o_statusbar_status .o_arrow_button_current:contains(Open)"},
  ],
});

tours.add("preorder_customer_orders", {
  steps: () => [
    {
      content: "the campaign is there",
      trigger: "article:contains(Winter walk) a:contains(Order)",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "own price",
      trigger: ".o_preorder_product:contains(Parka) .o_preorder_price:contains(100.00)",
    },
    {
      content: "picture and reference",
      trigger: ".o_preorder_product:contains(Parka):contains(PRK) img",
    },
    {
      content: "type into the grid",
      trigger: "input[aria-label='Parka, Black, M']",
      run: "edit 8",
    },
    {
      content: "saved as typed",
      trigger: ".o_preorder_status[data-state=saved]:contains(All changes saved)",
    },
    {trigger: "[name=untaxed]:contains(800.00)"},
    {
      content: "the way to the next tier",
      trigger: "[name=next_tier]:contains(200.00):contains(to go for):contains(5)",
    },
    {trigger: "input[aria-label='Parka, Red, L']", run: "edit 4"},
    {
      content: "tier reached: 1,200 less 5 %",
      trigger: "[name=untaxed]:contains(1,140.00)",
    },
    {trigger: "[name=tier_discount]:contains(60.00)"},
    {
      content: "leave",
      trigger: ".breadcrumb a:contains(Pre-Order)",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "own progress, and come back",
      trigger:
        "article:contains(Winter walk):contains(12):contains(not submitted) a:contains(Continue)",
      run: "click",
      expectUnloadPage: true,
    },
    {trigger: "input[aria-label='Parka, Black, M']:value(8)"},
    {trigger: "input[aria-label='Parka, Red, L']:value(4)"},
    {trigger: "button[name=review]:enabled", run: "click"},
    {
      content: "review: 1,140 and 21 % VAT",
      trigger: ".o_preorder_review [name=total]:contains(1,379.40)",
    },
    {trigger: "#o_preorder_reference", run: "edit PO-2026-17"},
    {
      trigger: "button[name=submit]:enabled",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "the quotation says the same total",
      trigger: "#total, #portal_sale_content:contains(1,379.40)",
    },
    {trigger: "#portal_sale_content:contains(Silver)"},
    {
      content: "sign",
      trigger:
        ".o_portal_sale_sidebar a:contains(Sign):first, a:contains(Sign & Pay):first",
      run: "click",
    },
    {
      trigger: ".modal .o_web_sign_name_and_signature input",
      run: "edit Buyer of Bergmann Sport",
    },
    {trigger: ".modal canvas.o_web_sign_signature", run: "canvasNotEmpty"},
    {
      trigger: ".modal .o_portal_sign_submit:enabled",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "choose the demo provider",
      trigger: ".modal.show input[name=o_payment_radio][data-provider-code=demo]",
      run: "click",
    },
    {
      content: "pay the prepayment",
      trigger: "input[name=customer_input]",
      run: "edit 4242424242424242",
    },
    {
      trigger: "button[name=o_payment_submit_button]:enabled",
      run: "click",
      expectUnloadPage: true,
    },
    {
      content: "confirmed",
      trigger: "#portal_sale_content:contains(Sales Order)",
      timeout: 30000,
    },
  ],
});

tours.add("preorder_purchaser_orders", {
  steps: () => [
    {
      trigger: "button[name=action_view_purchase_plan]",
      run: "click",
    },
    openTab("Variants"),
    {
      content: "per supplier, with quantity and price",
      trigger: ".o_data_row:contains(Baltic Textiles):contains(Parka):contains(40.00)",
    },
    {trigger: "button[name=action_create_purchase_orders]", run: "click"},
    {
      content: "one request for the supplier",
      trigger: ".o_list_view .o_data_row:contains(Baltic Textiles)",
    },
    {
      content: "back to the plan",
      trigger: ".o_breadcrumb a:contains(PLAN/)",
      run: "click",
    },
    {trigger: "button[name=action_create_purchase_orders]", run: "click"},
    {
      content: "again makes nothing new",
      trigger: ".modal:contains(Nothing to order)",
    },
  ],
});
