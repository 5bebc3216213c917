import {Component, onWillStart, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {formatQuantity} from "../formatters.esm";
import {rpc} from "@web/core/network/rpc";
import {useNamedDialog} from "../dialog_name.esm";

/** A shop of ours counts in what its own customers have reserved with it. */
export class ReservationsDialog extends Component {
  static template = "preorder_website.ReservationsDialog";
  static components = {Dialog};
  static props = {model: Object, close: Function};

  setup() {
    this.modal = useNamedDialog();
    this.state = useState({orders: [], pieces: 0, refused: "", busy: false});
    onWillStart(() => this.call());
  }

  get piecesText() {
    const {pieces} = this.state;
    return pieces === 1
      ? _t("1 piece is counted in")
      : _t("%s pieces are counted in", formatQuantity(pieces));
  }

  /** @param {Object} [change] an order (`reservation`) and whether it is `counted` */
  async call(change = {}) {
    const answer = await rpc(
      `/preorder/form/${this.props.model.form}/reservations`,
      change
    );
    Object.assign(this.state, {refused: ""}, answer);
  }

  async toggle(order) {
    this.state.busy = true;
    try {
      await this.call({reservation: order.id, counted: !order.linked});
    } finally {
      this.state.busy = false;
    }
  }
}
