/**
 * What stood in a field before keys came faster than a person types.
 *
 * A hand scanner writes its digits into whatever field has the cursor. Once they have
 * turned out to be a code, the quantity that stood there is put back.
 */

/** Keys of a scanner follow each other within so many milliseconds. */
const PAUSE = 150;

export class Bursts {
  /** @param {() => Number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
    this.bursts = new WeakMap();
  }

  /**
   * Something was typed into a field.
   *
   * @param {Object} field
   * @param {Number} quantity what stood there before
   */
  note(field, quantity) {
    const now = this.now();
    const burst = this.bursts.get(field);
    this.bursts.set(field, {
      quantity: burst && now - burst.at <= PAUSE ? burst.quantity : quantity,
      at: now,
    });
  }

  /** @returns {Number|undefined} what stood in a field before the last burst of keys */
  getBefore(field) {
    return this.bursts.get(field)?.quantity;
  }
}
