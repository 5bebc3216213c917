import {Component} from "@odoo/owl";
import {ExcelDialog} from "./excel_dialog.esm";
import {useService} from "@web/core/utils/hooks";

/** Opens the exchange with Excel. */
export class ExcelButton extends Component {
  static template = "preorder_website.ExcelButton";
  static props = {model: Object};

  setup() {
    this.dialog = useService("dialog");
  }

  open() {
    this.dialog.add(ExcelDialog, {model: this.props.model});
  }
}
