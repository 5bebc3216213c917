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
/** What was typed longer ago than this is sent as late, in milliseconds. */
const LATE = 10_000;
/** Cells in one batch; the server accepts 500. */
const BATCH_SIZE = 200;

/** An id nobody else makes. `crypto.randomUUID` is missing where there is no HTTPS. */
export function makeRandomId(length = 24) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => (byte % 36).toString(36)).join("");
}

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
   * @param {() => Number} [options.now] milliseconds
   */
  constructor({send, onAnswer, onStatus, storage, storageKey, clock, makeId, now}) {
    this.send = send;
    this.onAnswer = onAnswer;
    this.onStatus = onStatus;
    this.storage = storage;
    this.storageKey = storageKey;
    this.clock = clock || {
      setTimeout: (callback, delay) => setTimeout(callback, delay),
      clearTimeout: (timer) => clearTimeout(timer),
    };
    this.makeId = makeId || makeRandomId;
    this.now = now || (() => Date.now());
    this.revisions = new Map();
    this.waiting = new Map();
    this.batch = null;
    // Batches that closed tabs left without an answer, the earliest first.
    this.earlier = [];
    this.failures = 0;
    this.closed = false;
    this.timer = null;
    this.idleResolvers = [];
  }

  /** The batches that wait for their answers. */
  get batches() {
    return this.batch ? [this.batch, ...this.earlier] : this.earlier;
  }

  /** Number of cells that the server has not acknowledged. */
  get count() {
    const keys = new Set(this.waiting.keys());
    for (const {cells} of this.batches) {
      for (const cell of cells) {
        keys.add(getCellKey(cell.product, cell.date));
      }
    }
    return keys.size;
  }

  /** Whether a cell's last quantity is not acknowledged yet. */
  isWaiting(key) {
    return (
      this.waiting.has(key) ||
      this.batches.some(({cells}) =>
        cells.some((cell) => getCellKey(cell.product, cell.date) === key)
      )
    );
  }

  /**
   * Take up what an earlier page left unsaved under this queue's own key.
   *
   * @returns {Object[]} those cells, to be shown
   */
  restore() {
    const text = this.storage && this.storage.getItem(this.storageKey);
    return text ? this.adopt(JSON.parse(text)) : [];
  }

  /**
   * Take up what a closed tab left unsaved, as `persist` wrote it.
   *
   * Its batches are repeated under their ids, since nobody knows whether they arrived.
   * Of a cell that several tabs have changed, the later change counts.
   *
   * @returns {Object[]} the quantities that stand now in the cells taken up
   */
  adopt({batch = null, earlier = [], waiting = []}) {
    const left = [batch, ...earlier].filter(Boolean);
    // Whatever was changed since, on another device perhaps, is newer.
    for (const cell of [...left.flatMap(({cells}) => cells), ...waiting]) {
      cell.late = true;
    }
    this.earlier = [...this.earlier, ...left].sort((a, b) => (a.at || 0) - (b.at || 0));
    for (const cell of waiting) {
      this.takeIfLater(cell);
    }
    const latest = this.findLatest();
    this.persist();
    if (this.count) {
      this.schedule(0);
      this.report();
    }
    const adopted = [...left.flatMap(({cells}) => cells), ...waiting];
    const keys = new Set(adopted.map(({product, date}) => getCellKey(product, date)));
    return [...keys].map((key) => latest.get(key));
  }

  /** Let a closed tab's quantity wait, unless this tab's is later. */
  takeIfLater(cell) {
    const key = getCellKey(cell.product, cell.date);
    const own = this.waiting.get(key);
    if (!own || (own.at || 0) <= (cell.at || 0)) {
      this.waiting.set(key, cell);
    }
  }

  /**
   * The last quantity of each cell that is not acknowledged. What waits and is older
   * than a batch that holds the cell is forgotten, since it would be sent after it.
   *
   * @returns {Map} key → cell
   */
  findLatest() {
    const latest = new Map();
    for (const {at, cells} of this.batches) {
      for (const cell of cells) {
        const key = getCellKey(cell.product, cell.date);
        latest.set(key, cell);
        if (this.waiting.get(key)?.at < at) {
          this.waiting.delete(key);
        }
      }
    }
    for (const [key, cell] of this.waiting) {
      latest.set(key, cell);
    }
    return latest;
  }

  /** The server's revision of a cell, as far as this browser has seen it. */
  setRevision(product, date, revision) {
    this.revisions.set(getCellKey(product, date), revision);
  }

  /** Queue a quantity. */
  set(product, date, quantity) {
    const key = getCellKey(product, date);
    this.waiting.delete(key);
    const revision = this.revisions.get(key) || 0;
    this.waiting.set(key, {product, date, quantity, revision, at: this.now()});
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
    const {id, cells, at} = this.batch;
    if (this.isLate(at)) {
      cells.forEach((cell) => (cell.late = true));
    }
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

  isLate(at = 0) {
    return this.now() - at > LATE;
  }

  /** Form the next batch. */
  fillBatch() {
    if (this.batch) {
      return;
    }
    if (this.earlier.length) {
      this.batch = this.earlier.shift();
    } else if (this.waiting.size) {
      this.batch = this.makeBatch();
    }
    this.persist();
  }

  makeBatch() {
    const cells = [];
    let latest = 0;
    for (const [key, {at, late, revision = 0, ...cell}] of this.waiting) {
      if (cells.length === BATCH_SIZE) {
        break;
      }
      const mark = late || this.isLate(at) ? {late: true} : {};
      cells.push({...cell, revision, ...mark});
      latest = Math.max(latest, at || 0);
      this.waiting.delete(key);
    }
    return {id: this.makeId(), cells, at: latest};
  }

  accept(answer) {
    if (answer.closed) {
      // Nothing was stored. What was typed stays visible, and in the storage.
      this.closed = true;
    } else {
      const sent = new Map(
        this.batch.cells.map((cell) => [getCellKey(cell.product, cell.date), cell])
      );
      this.batch = null;
      for (const cell of answer.cells) {
        const key = getCellKey(cell.product, cell.date);
        const stored = cell.status === "stored" && sent.get(key);
        // A closed tab's cell may have arrived, and have been changed since.
        const known = (stored?.late && this.revisions.get(key)) || 0;
        if (cell.revision > known) {
          this.setRevision(cell.product, cell.date, cell.revision);
        }
        if (stored) {
          this.rebase(key, stored, cell.revision);
        }
      }
      this.persist();
    }
    this.onAnswer(answer);
    if (this.count && !this.closed) {
      this.schedule(0);
    } else {
      this.settle(!this.closed);
    }
    this.report();
  }

  /**
   * What was typed over a quantity that is stored now, is based on it.
   *
   * After a conflict it is not: then the person has not seen what stands there.
   */
  rebase(key, stored, revision) {
    const followers = this.earlier.flatMap(({cells}) =>
      cells.filter((cell) => getCellKey(cell.product, cell.date) === key)
    );
    if (this.waiting.has(key)) {
      followers.push(this.waiting.get(key));
    }
    for (const cell of followers) {
      if (cell.revision === stored.revision) {
        cell.revision = revision;
      }
    }
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
        JSON.stringify({
          batch: this.batch,
          earlier: this.earlier,
          waiting: [...this.waiting.values()],
        })
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
