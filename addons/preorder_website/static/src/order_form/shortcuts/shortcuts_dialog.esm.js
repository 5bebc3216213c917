import {Component} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useNamedDialog} from "../dialog_name.esm";

/** What the keyboard does in the order form. */
export class ShortcutsDialog extends Component {
  static template = "preorder_website.ShortcutsDialog";
  static components = {Dialog};
  static props = {close: Function};

  setup() {
    this.modal = useNamedDialog();
  }

  get shortcuts() {
    return [
      {keys: ["←", "↑", "→", "↓"], does: _t("Go to the next field")},
      {keys: ["Enter"], does: _t("Go down; from the last row to the next product")},
      {keys: ["Ctrl+V"], does: _t("Paste a block of cells from a spreadsheet")},
      {keys: ["Ctrl+D"], does: _t("Copy this row to the other rows")},
      {keys: ["Ctrl+Z"], does: _t("Undo")},
      {keys: ["Ctrl+Y"], does: _t("Redo")},
    ];
  }
}
