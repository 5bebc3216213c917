import {Component, useState} from "@odoo/owl";

/** What the last code stood for, and the codes that stand for nothing here. */
export class ScanNotices extends Component {
  static template = "preorder_website.ScanNotices";
  static props = {scans: Object};

  setup() {
    this.state = useState(this.props.scans.state);
  }
}
