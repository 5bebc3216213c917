/**
 * The queue between typing and saving.
 *
 * What was typed stays here until the server has acknowledged it: one request at a time,
 * changes collected while it is under way, a batch repeated under the same id until it is
 * answered, everything kept in the browser's storage so that neither a lost network nor a
 * closed browser loses a quantity. Free of OWL and of the DOM: time, storage and network
 * come from outside.
 */

/** How long typing rests before a batch leaves, in milliseconds. */
const REST = 350;
/** Waits between repetitions, in milliseconds. */
const BACKOFF = [1000, 2000, 4000, 8000, 15000, 30000];
/** Cells in one batch; the server accepts 500. */
const BATCH_SIZE = 200;

export function getCellKey(product, date) {
  return date ? `${product}|${date}` : `${product}`;
}

export class SaveQueue {
  /**
   * @param {Object} options
   * @param {(batch: String, cells: Object[]) => Promise<Object>} options.send asks the
   *  server; rejects when there is no answer
   * @param {(answer: Object) => void} options.onAnswer
   * @param {(status: Object) => void} options.onStatus receives `state` (`saved`,
   *  `saving`, `offline`, `signed-out` or `closed`), `count` of unsaved cells
   * @param {Storage} [options.storage]
   * @param {String} options.storageKey
   * @param {Object} [options.clock] `setTimeout`, `clearTimeout`
   * @param {() => String} [options.makeId]
   */
  constructor({send, onAnswer, onStatus, storage, storageKey, clock, makeId}) {
    this.send = send;
    this.onAnswer = onAnswer;
    this.onStatus = onStatus;
    this.storage = storage;
    this.storageKey = storageKey;
    this.clock = clock || {
      setTimeout: (callback, delay) => setTimeout(callback, delay),
      clearTimeout: (timer) => clearTimeout(timer),
    };
    this.makeId = makeId || (() => crypto.randomUUID());
    this.revisions = new Map();
    this.waiting = new Map();
    this.batch = null;
    this.failures = 0;
    this.closed = false;
    this.timer = null;
    this.idleResolvers = [];
  }

  /** Number of cells that the server has not acknowledged. */
  get count() {
    const keys = new Set(this.waiting.keys());
    for (const cell of (this.batch && this.batch.cells) || []) {
      keys.add(getCellKey(cell.product, cell.date));
    }
    return keys.size;
  }

  /**
   * Take up what an earlier page left unsaved.
   *
   * @returns {Object[]} those cells, to be shown
   */
  restore() {
    const text = this.storage && this.storage.getItem(this.storageKey);
    if (!text) {
      return [];
    }
    const {batch, waiting} = JSON.parse(text);
    this.batch = batch;
    for (const cell of waiting) {
      this.waiting.set(getCellKey(cell.product, cell.date), cell);
    }
    const cells = [...((batch && batch.cells) || []), ...waiting];
    if (this.count) {
      this.schedule(0);
    }
    return cells;
  }

  /** The server's revision of a cell, as far as this browser has seen it. */
  setRevision(product, date, revision) {
    this.revisions.set(getCellKey(product, date), revision);
  }

  /** Queue a quantity. */
  set(product, date, quantity) {
    const key = getCellKey(product, date);
    this.waiting.delete(key);
    this.waiting.set(key, {product, date, quantity});
    this.persist();
    if (!this.batch) {
      this.schedule(REST);
    }
    this.report();
  }

  /** Resolve once everything is acknowledged, or cannot be for now. */
  flush() {
    if (!this.count || this.closed) {
      return Promise.resolve(!this.count);
    }
    this.schedule(0);
    return new Promise((resolve) => this.idleResolvers.push(resolve));
  }

  /** Try again now, for instance because the network is back. */
  retry() {
    if (this.count && !this.sending) {
      this.schedule(0);
    }
  }

  schedule(delay) {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(() => this.sendBatch(), delay);
  }

  async sendBatch() {
    if (this.sending || this.closed) {
      return;
    }
    this.fillBatch();
    if (!this.batch) {
      return;
    }
    this.sending = true;
    this.report();
    const {id, cells} = this.batch;
    let answer = null;
    try {
      answer = await this.send(id, cells);
    } catch (error) {
      this.sending = false;
      this.fail(error);
      return;
    }
    this.sending = false;
    this.failures = 0;
    this.accept(answer);
  }

  /** Form the next batch. Revisions are those seen when it leaves. */
  fillBatch() {
    if (this.batch || !this.waiting.size) {
      return;
    }
    const cells = [];
    for (const [key, cell] of this.waiting) {
      if (cells.length === BATCH_SIZE) {
        break;
      }
      cells.push({...cell, revision: this.revisions.get(key) || 0});
      this.waiting.delete(key);
    }
    this.batch = {id: this.makeId(), cells};
    this.persist();
  }

  accept(answer) {
    if (answer.closed) {
      // Nothing was stored. What was typed stays visible, and in the storage.
      this.closed = true;
    } else {
      this.batch = null;
      for (const cell of answer.cells) {
        if (cell.revision) {
          this.setRevision(cell.product, cell.date, cell.revision);
        }
      }
      this.persist();
    }
    this.onAnswer(answer);
    if (this.waiting.size && !this.closed) {
      this.schedule(0);
    } else {
      this.settle(!this.closed);
    }
    this.report();
  }

  fail(error) {
    this.signedOut = Boolean(error && error.signedOut);
    const delay = BACKOFF[Math.min(this.failures, BACKOFF.length - 1)];
    this.failures += 1;
    this.schedule(delay);
    this.settle(false);
    this.report();
  }

  settle(saved) {
    const resolvers = this.idleResolvers;
    this.idleResolvers = [];
    for (const resolve of resolvers) {
      resolve(saved);
    }
  }

  persist() {
    if (!this.storage) {
      return;
    }
    if (this.count) {
      this.storage.setItem(
        this.storageKey,
        JSON.stringify({batch: this.batch, waiting: [...this.waiting.values()]})
      );
    } else {
      this.storage.removeItem(this.storageKey);
    }
  }

  report() {
    let state = "saved";
    if (this.closed) {
      state = "closed";
    } else if (this.failures) {
      state = this.signedOut ? "signed-out" : "offline";
    } else if (this.count) {
      state = "saving";
    }
    this.onStatus({state, count: this.count});
  }
}
