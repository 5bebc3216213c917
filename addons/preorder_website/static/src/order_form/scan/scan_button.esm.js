import {useBus, useService} from "@web/core/utils/hooks";
import {Component} from "@odoo/owl";
import {scanBarcode} from "@web/core/barcode/barcode_dialog";

/** So many characters typed at a scanner's speed are no quantity. */
const SHORTEST = 6;

/** Codes from the phone's camera or from a hand scanner. */
export class ScanButton extends Component {
  static template = "preorder_website.ScanButton";
  static props = {onCode: Function, onScannedInto: Function};

  setup() {
    this.barcode = useService("barcode");
    useBus(this.barcode.bus, "barcode_scanned", ({detail}) => this.onScan(detail));
  }

  /** A hand scanner types like a person, only faster, wherever the cursor is. */
  onScan({barcode, target}) {
    const code = barcode.trim();
    const into = target.matches?.(".o_preorder_quantity") ? target : null;
    if (into && code.length < SHORTEST) {
      return;
    }
    if (into) {
      this.props.onScannedInto(into);
    }
    this.props.onCode(code);
  }

  async scan() {
    try {
      this.props.onCode(await scanBarcode(this.env));
    } catch {
      // The dialog itself says that there is no camera, or no permission to use it.
    }
  }
}
