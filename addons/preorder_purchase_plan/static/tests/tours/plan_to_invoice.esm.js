/**
 * From the purchase plan to the invoice: the purchaser requests and orders, the
 * warehouse receives a part and allocates it, delivers, and the office invoices. The
 * records it meets come from tests/test_walk.py.
 */
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function press(name, content) {
  return {
    content,
    trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]:enabled, .o_form_view .oe_button_box button[name=${name}]`,
    run: "click",
  };
}

function waitForState(label) {
  return {
    content: `it is ${label}`,
    trigger: `.o_statusbar_status button.o_arrow_button_current:contains(${label})`,
  };
}

tours.add("preorder_plan_is_ordered", {
  steps: () => [
    press("action_update", "what customers want by now"),
    {
      content: "look at the suppliers",
      trigger: ".o_notebook .nav-link:contains(Suppliers)",
      run: "click",
    },
    {
      content: "ten pieces at 40.00",
      trigger: ".o_data_row:contains(Baltic Textiles):contains(400.00)",
    },
    press("action_create_purchase_orders", "one request per supplier"),
    {trigger: ".o_last_breadcrumb_item:contains(Purchase Orders)"},
    {
      content: "the request",
      trigger:
        ".o_list_view .o_data_row:contains(Baltic Textiles) .o_data_cell[name=partner_id]",
      run: "click",
    },
    press("button_confirm", "the supplier accepts"),
    waitForState("Purchase Order"),
  ],
});

tours.add("preorder_receipt_is_allocated", {
  steps: () => [
    {
      content: "six of ten have arrived",
      trigger: ".o_field_widget[name=move_ids] .o_data_row .o_data_cell[name=quantity]",
      run: "click",
    },
    {
      trigger:
        ".o_field_widget[name=move_ids] .o_selected_row .o_field_widget[name=quantity] input",
      run: "edit 6",
    },
    press("button_validate", "receive it"),
    {
      content: "the rest is still to come",
      trigger: ".modal button[name=process]",
      run: "click",
    },
    waitForState("Done"),
    press("action_allocate", "who gets what"),
    {
      content: "six to share out",
      trigger: ".o_form_view .o_data_row:contains(Parka):contains(6.00):contains(4.00)",
    },
    press("action_apply", "as it is proposed"),
    {
      trigger: ".modal .modal-footer .btn-primary",
      run: "click",
    },
    waitForState("Applied"),
  ],
});

tours.add("preorder_part_is_delivered", {
  steps: () => [
    {
      content: "its goods are there and it is paid for",
      trigger: ".o_field_widget[name=preorder_release]:contains(Released)",
    },
    press("button_validate", "deliver what was allocated"),
    {
      content: "the rest follows",
      trigger: ".modal button[name=process]",
      run: "click",
    },
    waitForState("Done"),
  ],
});

tours.add("preorder_delivery_is_invoiced", {
  steps: () => [
    {
      content: "invoice what was delivered",
      trigger: ".o_statusbar_buttons button:contains(Create Invoice):enabled",
      run: "click",
    },
    {
      trigger: ".modal button[name=create_invoices]",
      run: "click",
    },
    press("action_post", "send it out"),
    waitForState("Posted"),
  ],
});
