import {Component, useState} from "@odoo/owl";

/** The limits that the order form breaks or comes near to, and the way out. */
export class LimitNotices extends Component {
  static template = "preorder_website.LimitNotices";
  static props = {
    model: Object,
    onKept: {type: Function, optional: true},
  };

  setup() {
    this.data = useState(this.props.model.state);
    this.state = useState({busy: false});
  }

  get broken() {
    return this.data.limits.filter((limit) => limit.broken);
  }

  get near() {
    return this.data.limits.filter((limit) => !limit.broken);
  }

  getKey(limit) {
    return `${limit.limit}-${limit.product}`;
  }

  async keepLimits() {
    this.state.busy = true;
    try {
      await this.props.model.keepLimits();
      if (this.props.onKept) {
        await this.props.onKept();
      }
    } finally {
      this.state.busy = false;
    }
  }
}
