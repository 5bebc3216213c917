import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {formatMoney, formatQuantity} from "../formatters.esm";
import {Dialog} from "@web/core/dialog/dialog";
import {useNamedDialog} from "../dialog_name.esm";

/** A product looked at closely: pictures, text, quantity prices, documents. */
export class ProductPanel extends Component {
  static template = "preorder_website.ProductPanel";
  static components = {Dialog};
  static props = {
    model: Object,
    product: Object,
    currency: Number,
    onGoTo: Function,
    close: Function,
  };

  setup() {
    this.modal = useNamedDialog();
    this.state = useState({details: null, failed: false, picture: 0});
    onWillStart(() => {
      // The dialog is there at once, and fills itself.
      this.load(this.props.product);
    });
  }

  async load(product) {
    try {
      const details = await this.props.model.readProduct(product);
      // Written by the office in Odoo's editor, cleaned by the server.
      details.text = details.plain ? details.text : markup(details.text);
      this.state.details = details;
    } catch {
      this.state.failed = true;
    }
  }

  get alternatives() {
    const {productById} = this.props.model.catalog;
    return this.state.details.alternatives
      .map((id) => productById.get(id))
      .filter(Boolean);
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatQuantity(quantity) {
    return formatQuantity(quantity);
  }

  goTo(product) {
    this.props.close();
    this.props.onGoTo(product.variants[0]);
  }
}
