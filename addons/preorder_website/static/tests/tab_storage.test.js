import {describe, expect, test} from "@odoo/hoot";
import {TabStorage} from "@preorder_website/order_form/tab_storage.esm";

describe.current.tags("headless");

class FakeStorage {
  constructor(items = {}) {
    this.items = items;
  }

  get length() {
    return Object.keys(this.items).length;
  }

  key(i) {
    return Object.keys(this.items)[i];
  }

  getItem(key) {
    return key in this.items ? this.items[key] : null;
  }

  removeItem(key) {
    delete this.items[key];
  }
}

/** The browser's locks: one holder a name, `ifAvailable` answers null when held. */
class FakeLocks {
  constructor() {
    this.held = new Map();
  }

  async request(name, options, callback = options) {
    if (this.held.has(name)) {
      return options.ifAvailable ? callback(null) : undefined;
    }
    this.held.set(name, true);
    try {
      return await callback({name});
    } finally {
      this.held.delete(name);
    }
  }
}

function leave(quantity) {
  return JSON.stringify({batch: null, waiting: [{product: 1, date: null, quantity}]});
}

function makeTab(storage, tab, locks) {
  return new TabStorage({storage, prefix: "form-1", tab, locks});
}

async function takeOver(tab) {
  const taken = [];
  await tab.takeOver(({waiting}) => taken.push(waiting[0].quantity));
  return taken;
}

test("two tabs closed offline both leave what was typed in them", async () => {
  const storage = new FakeStorage({
    "form-1/a": leave(1),
    "form-1/b": leave(2),
    "form-10/c": leave(3),
    another: "thing",
  });
  const tab = makeTab(storage, "new", new FakeLocks());
  expect(await takeOver(tab)).toEqual([1, 2]);
  expect(Object.keys(storage.items)).toEqual(["form-10/c", "another"]);
});

test("what a living tab keeps is left alone, until it is closed", async () => {
  const storage = new FakeStorage({"form-1/a": leave(1)});
  const locks = new FakeLocks();
  const living = makeTab(storage, "a", locks);
  living.hold();
  const tab = makeTab(storage, "b", locks);
  expect(await takeOver(tab)).toEqual([]);
  expect(storage.length).toBe(1);
  living.release();
  await Promise.resolve();
  await Promise.resolve();
  expect(await takeOver(tab)).toEqual([1]);
  expect(storage.length).toBe(0);
});

test("two tabs opened at once take over what was left once", async () => {
  const storage = new FakeStorage({"form-1/a": leave(1), "form-1/b": leave(2)});
  const locks = new FakeLocks();
  const taken = await Promise.all([
    takeOver(makeTab(storage, "c", locks)),
    takeOver(makeTab(storage, "d", locks)),
  ]);
  expect(taken.flat().sort()).toEqual([1, 2]);
});

test("it is removed only after it was taken over", async () => {
  const storage = new FakeStorage({"form-1/a": leave(1)});
  const tab = makeTab(storage, "b", new FakeLocks());
  await expect(
    tab.takeOver(() => {
      throw new Error("no room left");
    })
  ).rejects.toThrow("no room left");
  expect(storage.length).toBe(1);
});

test("without locks, whatever is there is taken over", async () => {
  const storage = new FakeStorage({"form-1": leave(1), "form-1/a": leave(2)});
  expect(await takeOver(makeTab(storage, "b"))).toEqual([1, 2]);
});

test("where locks are denied, whatever is there is taken over", async () => {
  const denied = {
    async request() {
      throw new DOMException("The request was denied.", "SecurityError");
    },
  };
  const storage = new FakeStorage({"form-1": leave(1), "form-1/a": leave(2)});
  const tab = makeTab(storage, "b", denied);
  tab.hold();
  expect(await takeOver(tab)).toEqual([1, 2]);
  expect(storage.length).toBe(0);
});
