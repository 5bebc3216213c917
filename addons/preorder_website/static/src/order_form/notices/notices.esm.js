import {getCellKey} from "../save_queue.esm";

/** Quantities that need a decision, at most one notice a cell. */
export class Notices {
  /**
   * @param {Object} state reactive; its `notices` is the list that is shown
   * @param {(variant: Number) => String} getName
   */
  constructor(state, getName) {
    this.state = state;
    this.getName = getName;
  }

  /**
   * @param {Object} cell `product`, `date`, `status` (`conflict`, `refused` or
   *  `overtaken`), the quantity typed here (`mine`) and the one that stands (`theirs`),
   *  who entered that (`by`), why a quantity is refused (`reason`)
   */
  add({product, date, status, mine, theirs, by = "", reason = ""}) {
    const key = getCellKey(product, date);
    this.remove(key);
    this.state.notices.push({
      key,
      variant: product,
      date,
      name: this.getName(product),
      status,
      mine,
      theirs,
      by,
      reason,
    });
  }

  remove(key) {
    this.state.notices = this.state.notices.filter((notice) => notice.key !== key);
  }
}
