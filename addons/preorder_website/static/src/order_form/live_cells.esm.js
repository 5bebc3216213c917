/**
 * What others save in an order form that is open here.
 *
 * Odoo's bus tells it within a moment. Where there is no websocket, the server is asked
 * every few seconds while somebody looks. Free of OWL and of the DOM: bus, network, time
 * and visibility come from outside.
 */

/** How often the server is asked without the bus, in milliseconds. */
const ASK = 15_000;
/** How often a tab says that it is still there; the server forgets it after twelve. */
const ANNOUNCE = 5 * 60_000;

export class LiveCells {
  /**
   * @param {Object} options
   * @param {String} options.tab this tab's name: its own cells are not told to it
   * @param {(form: Number, params: Object) => Promise<Object>} options.ask says that
   *  this tab (`tab`) shows the form, and asks what has changed since (`since`)
   * @param {(cells: Object[], totals: Object|false) => void} options.onCells
   * @param {Object} [options.bus] Odoo's `bus_service`
   * @param {Object} [options.clock] `setTimeout`, `clearTimeout`
   * @param {() => Boolean} [options.isVisible]
   */
  constructor({tab, ask, onCells, bus, clock, isVisible}) {
    this.tab = tab;
    this.ask = ask;
    this.onCells = onCells;
    this.bus = bus;
    this.clock = clock || {
      setTimeout: (callback, delay) => setTimeout(callback, delay),
      clearTimeout: (timer) => clearTimeout(timer),
    };
    this.isVisible = isVisible || (() => document.visibilityState === "visible");
    this.form = null;
    this.since = null;
    this.connected = false;
    this.onMessage = (payload) => this.hear(payload);
    this.onConnect = () => this.setConnected(true);
    this.onDisconnect = () => this.setConnected(false);
  }

  /** Begin to listen, once the form has an id. */
  start(form) {
    if (this.form || !form) {
      return;
    }
    this.form = form;
    if (this.bus) {
      this.connected = this.bus.workerState === "CONNECTED";
      this.bus.subscribe("preorder_cells", this.onMessage);
      this.bus.addEventListener("BUS:CONNECT", this.onConnect);
      this.bus.addEventListener("BUS:RECONNECT", this.onConnect);
      this.bus.addEventListener("BUS:DISCONNECT", this.onDisconnect);
      this.bus.addEventListener("BUS:RECONNECTING", this.onDisconnect);
      this.bus.addChannel(`preorder_form:${form}`);
    }
    this.refresh();
  }

  stop() {
    this.clock.clearTimeout(this.timer);
    if (this.bus && this.form) {
      this.bus.unsubscribe("preorder_cells", this.onMessage);
      this.bus.removeEventListener("BUS:CONNECT", this.onConnect);
      this.bus.removeEventListener("BUS:RECONNECT", this.onConnect);
      this.bus.removeEventListener("BUS:DISCONNECT", this.onDisconnect);
      this.bus.removeEventListener("BUS:RECONNECTING", this.onDisconnect);
      this.bus.deleteChannel(`preorder_form:${this.form}`);
    }
    this.form = null;
  }

  setConnected(connected) {
    const changed = this.connected !== connected;
    this.connected = connected;
    // What was told while nobody could hear it.
    if (changed) {
      this.refresh();
    }
  }

  hear({form, tab, cells, totals}) {
    if (form === this.form && tab !== this.tab) {
      this.onCells(cells, totals);
    }
  }

  /** Ask now, for instance because somebody looks at the page again. */
  async refresh() {
    if (!this.form || this.asking) {
      return;
    }
    this.clock.clearTimeout(this.timer);
    this.asking = true;
    try {
      const {cells, totals, at} = await this.ask(this.form, {
        tab: this.tab,
        since: this.since,
      });
      this.since = at;
      if (cells.length && this.form) {
        this.onCells(cells, totals);
      }
    } catch {
      // The next time. What is typed here tells about a lost network.
    } finally {
      this.asking = false;
    }
    this.schedule();
  }

  schedule() {
    if (this.form) {
      this.timer = this.clock.setTimeout(
        () => (this.connected || this.isVisible() ? this.refresh() : this.schedule()),
        this.connected ? ANNOUNCE : ASK
      );
    }
  }
}
