/** Steps that can be undone. */
const LIMIT = 200;

/**
 * What was changed, to undo and redo it.
 *
 * A *change* is a cell with its quantity before and after: `product`, `date`, `before`,
 * `after`. A step is a list of changes that were made at once.
 */
export class History {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  /**
   * @param {Object[]} changes
   * @param {any} [token] digits typed under the same token into one cell are one step
   */
  record(changes, token = null) {
    const last = this.done[this.done.length - 1];
    this.undone = [];
    if (
      token &&
      last &&
      last.token === token &&
      last.changes.length === 1 &&
      changes.length === 1 &&
      last.changes[0].product === changes[0].product &&
      last.changes[0].date === changes[0].date
    ) {
      last.changes = [{...last.changes[0], after: changes[0].after}];
      return;
    }
    this.done.push({changes, token});
    if (this.done.length > LIMIT) {
      this.done.shift();
    }
  }

  /** @returns {Object[]} cells (`product`, `date`, `quantity`) as they were before */
  undo() {
    const step = this.done.pop();
    if (!step) {
      return [];
    }
    this.undone.push({...step, token: null});
    return step.changes.map(({product, date, before}) => ({
      product,
      date,
      quantity: before,
    }));
  }

  /** @returns {Object[]} cells as they were after the step that was undone last */
  redo() {
    const step = this.undone.pop();
    if (!step) {
      return [];
    }
    this.done.push(step);
    return step.changes.map(({product, date, after}) => ({
      product,
      date,
      quantity: after,
    }));
  }
}
