import {getCellKey} from "./save_queue.esm";

/**
 * The quantities of an order form's cells, each named by its variant and, where the form
 * has several, its delivery date. Free of OWL and of the DOM.
 */
export class Quantities {
  constructor() {
    this.byKey = new Map();
    // What the page came with, of cells that a closed tab's quantities cover.
    this.covered = new Map();
  }

  get(product, date) {
    return this.byKey.get(getCellKey(product, date)) || 0;
  }

  set(product, date, quantity) {
    this.byKey.set(getCellKey(product, date), quantity);
  }

  /** Show what a closed tab has kept in place of what the page came with. */
  cover(product, date, quantity) {
    const key = getCellKey(product, date);
    if (!this.covered.has(key)) {
      this.covered.set(key, this.get(product, date));
    }
    this.set(product, date, quantity);
  }

  /** Show again what the page came with. */
  uncover(product, date) {
    const key = getCellKey(product, date);
    if (this.covered.has(key)) {
      this.set(product, date, this.covered.get(key));
    }
  }

  /** The variants that have, or had, a quantity on any delivery date. */
  getProducts() {
    return new Set([...this.byKey.keys()].map((key) => Number(key.split("|")[0])));
  }

  /** Pieces wanted on a delivery date. */
  countPieces(date) {
    let pieces = 0;
    for (const [key, quantity] of this.byKey) {
      if ((key.split("|")[1] || null) === date) {
        pieces += quantity;
      }
    }
    return pieces;
  }

  /**
   * What gives all quantities without a delivery date one, on top of what stands there.
   *
   * @returns {Object[]} cells, to be set
   */
  moveUndated(date) {
    const cells = [];
    for (const [key, quantity] of this.byKey) {
      if (quantity && !key.includes("|")) {
        const product = Number(key);
        const sum = this.get(product, date) + quantity;
        cells.push({product, date: null, quantity: 0}, {product, date, quantity: sum});
      }
    }
    return cells;
  }
}
