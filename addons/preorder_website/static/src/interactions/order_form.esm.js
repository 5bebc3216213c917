import {Interaction} from "@web/public/interaction";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";

/**
 * Brings the order form to life: its code is loaded by the page that needs it only.
 */
export class PreorderFormLoader extends Interaction {
  static selector = ".o_preorder_form[data-props]";

  async willStart() {
    await loadBundle("preorder_website.assets_order_form");
  }

  start() {
    const OrderForm = registry
      .category("public_components")
      .get("preorder_website.order_form");
    const props = JSON.parse(this.el.dataset.props);
    this.el.replaceChildren();
    this.mountComponent(this.el, OrderForm, props);
  }
}

registry
  .category("public.interactions")
  .add("preorder_website.order_form", PreorderFormLoader);
