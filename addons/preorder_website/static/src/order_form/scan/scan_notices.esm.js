import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** What the last code stood for, and the codes that stand for nothing here. */
export class ScanNotices extends Component {
  static template = "preorder_website.ScanNotices";
  static props = {scans: Object};

  setup() {
    this.state = useState(this.props.scans.state);
  }

  get foundText() {
    const {code, name, replaced} = this.state.found;
    return replaced
      ? _t("%(code)s: %(name)s takes the place of %(replaced)s", {code, name, replaced})
      : `${code}: ${name}`;
  }

  getForgetText({code}) {
    return _t("Forget %s", code);
  }
}
