/**
 * What each tab of a browser keeps unsaved, under a key of its own.
 *
 * A tab holds a lock of its key's name as long as it lives (Web Locks), so that another
 * one can tell what was left by a tab that is closed, take it over once, and leave a
 * living tab's alone. Where the browser has no such locks (without HTTPS) or denies them
 * (in a frame of another site), whatever is there is taken over: what two tabs then send
 * twice, the server stores once.
 */
export class TabStorage {
  /**
   * @param {Object} options
   * @param {Storage} options.storage
   * @param {String} options.prefix names the form, for all tabs alike
   * @param {String} options.tab
   * @param {LockManager} [options.locks]
   */
  constructor({storage, prefix, tab, locks}) {
    this.storage = storage;
    this.prefix = prefix;
    this.key = `${prefix}/${tab}`;
    this.locks = locks;
  }

  /** Keep this tab's key from being taken over, until `release` or the tab's end. */
  hold() {
    this.withLock(
      this.key,
      {},
      () =>
        new Promise((resolve) => {
          this.release = resolve;
        })
    );
  }

  /** Do something under a lock; where there are none, without one. */
  async withLock(key, options, action) {
    if (this.locks) {
      try {
        return await this.locks.request(key, options, action);
      } catch (error) {
        if (error.name !== "SecurityError") {
          throw error;
        }
        this.locks = null;
      }
    }
    return action({name: key});
  }

  /** The keys under which other tabs, living or closed, have left something. */
  getOtherKeys() {
    const keys = [];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      const isOurs = key === this.prefix || key.startsWith(`${this.prefix}/`);
      if (isOurs && key !== this.key) {
        keys.push(key);
      }
    }
    return keys.sort();
  }

  /**
   * Take over what closed tabs have left.
   *
   * @param {(left: Object) => void} adopt keeps it under this tab's key; only then it
   *  is removed from where it was
   */
  async takeOver(adopt) {
    for (const key of this.getOtherKeys()) {
      await this.withLock(
        key,
        {ifAvailable: true},
        (lock) => lock && this.move(key, adopt)
      );
    }
  }

  move(key, adopt) {
    // Meanwhile, another tab may have taken it.
    const text = this.storage.getItem(key);
    if (text) {
      adopt(JSON.parse(text));
      this.storage.removeItem(key);
    }
  }
}
