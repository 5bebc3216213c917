import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {rpc} from "@web/core/network/rpc";
import {useNamedDialog} from "../dialog_name.esm";

/** A representative sends the form to its customer, who looks it over and submits it. */
export class ProposalDialog extends Component {
  static template = "preorder_website.ProposalDialog";
  static components = {Dialog};
  static props = {model: Object, close: Function};

  setup() {
    this.modal = useNamedDialog();
    this.state = useState({text: "", refused: "", sending: false, sent: false});
  }

  async send() {
    const {model} = this.props;
    Object.assign(this.state, {sending: true, refused: ""});
    try {
      if (!(await model.queue.flush())) {
        return;
      }
      const {refused = "", sent = false} = await rpc(
        `/preorder/form/${model.form}/propose`,
        {message: this.state.text}
      );
      Object.assign(this.state, {refused, sent});
    } finally {
      this.state.sending = false;
    }
  }
}
