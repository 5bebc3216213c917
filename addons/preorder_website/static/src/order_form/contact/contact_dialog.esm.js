import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {rpc} from "@web/core/network/rpc";
import {useAutofocus} from "@web/core/utils/hooks";
import {useNamedDialog} from "../dialog_name.esm";

/** The office's contact, what was asked about the form so far, and a new question. */
export class ContactDialog extends Component {
  static template = "preorder_website.ContactDialog";
  static components = {Dialog};
  static props = {model: Object, contact: Object, close: Function};

  setup() {
    this.modal = useNamedDialog();
    this.state = useState({text: "", refused: "", sending: false});
    this.contact = useState(this.props.contact);
    useAutofocus({refName: "text"});
  }

  /** A form takes questions once it is there. */
  get canAsk() {
    return this.contact.ask && Boolean(this.props.model.form);
  }

  formatTime(at) {
    return formatDateTime(deserializeDateTime(at.replace("T", " ")));
  }

  async send() {
    Object.assign(this.state, {sending: true, refused: ""});
    try {
      const {messages, refused} = await rpc(
        `/preorder/form/${this.props.model.form}/ask`,
        {message: this.state.text}
      );
      if (refused) {
        this.state.refused = refused;
      } else {
        this.contact.messages = messages;
        this.state.text = "";
      }
    } finally {
      this.state.sending = false;
    }
  }
}
