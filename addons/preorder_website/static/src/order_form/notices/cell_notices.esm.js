import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** Quantities that need a decision: typed by two people, refused, or typed over. */
export class CellNotices extends Component {
  static template = "preorder_website.CellNotices";
  static props = {model: Object};

  setup() {
    this.data = useState(this.props.model.state);
  }

  getText({status, by, mine, theirs, reason}) {
    if (status === "conflict" && !by) {
      return _t("You have entered %(theirs)s elsewhere meanwhile, here %(mine)s.", {
        theirs,
        mine,
      });
    }
    if (status === "conflict") {
      return _t("%(name)s has entered %(theirs)s meanwhile, you %(mine)s.", {
        name: by,
        theirs,
        mine,
      });
    }
    if (status === "overtaken") {
      return _t("%(name)s has changed your %(mine)s to %(theirs)s.", {
        name: by,
        theirs,
        mine,
      });
    }
    return _t("%(quantity)s was not accepted. %(reason)s", {quantity: mine, reason});
  }

  /** What can be done, the last one being what the person has typed. */
  getChoices({status, mine, theirs}) {
    return {
      conflict: [
        {keep: false, text: _t("Take %s", theirs)},
        {keep: true, text: _t("Keep %s", mine)},
      ],
      overtaken: [
        {keep: false, text: _t("All right")},
        {keep: true, text: _t("Back to %s", mine)},
      ],
      refused: [{keep: false, text: _t("Back to %s", theirs)}],
    }[status];
  }
}
