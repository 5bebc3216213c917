import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {FakeClock, flushPromises} from "./fake_clock.esm";
import {SaveQueue, getCellKey} from "@preorder_website/order_form/save_queue.esm";

describe.current.tags("headless");

/** A server that answers when told to, and remembers what it was asked. */
class FakeServer {
  constructor() {
    this.requests = [];
    this.cells = new Map();
    this.answered = new Map();
  }

  send(batch, cells) {
    return new Promise((resolve, reject) => {
      this.requests.push({batch, cells, resolve, reject});
    });
  }

  get last() {
    return this.requests[this.requests.length - 1];
  }

  /** Process a request as the real server does: a known batch changes nothing. */
  process({batch, cells}) {
    if (!this.answered.has(batch)) {
      const stored = cells.map((cell) => {
        const key = getCellKey(cell.product, cell.date);
        const revision = (this.cells.get(key)?.revision || 0) + 1;
        this.cells.set(key, {quantity: cell.quantity, revision});
        return {
          product: cell.product,
          date: cell.date,
          status: "stored",
          quantity: cell.quantity,
          revision,
        };
      });
      this.answered.set(batch, {form: 1, cells: stored, totals: {}});
    }
    return this.answered.get(batch);
  }

  async answer(request = this.last) {
    request.resolve(this.process(request));
    await flushPromises();
  }

  /** The request arrives, its answer gets lost. */
  async loseAnswer(request = this.last) {
    this.process(request);
    request.reject(new Error("connection lost"));
    await flushPromises();
  }

  async loseRequest(request = this.last) {
    request.reject(new Error("connection lost"));
    await flushPromises();
  }
}

class FakeStorage {
  constructor() {
    this.items = {};
  }

  getItem(key) {
    return key in this.items ? this.items[key] : null;
  }

  setItem(key, value) {
    this.items[key] = value;
  }

  removeItem(key) {
    delete this.items[key];
  }
}

let server = null;
let clock = null;
let storage = null;
let statuses = [];
let answers = [];
let batches = 1;

function makeQueue() {
  return new SaveQueue({
    send: (batch, cells) => server.send(batch, cells),
    onAnswer: (answer) => answers.push(answer),
    onStatus: (status) => statuses.push(status),
    storage,
    storageKey: "form",
    clock,
    makeId: () => `batch-${batches++}`,
  });
}

function cellOf(product, quantity) {
  return {product, date: null, quantity, revision: 0};
}

function lastStatus() {
  return statuses[statuses.length - 1];
}

beforeEach(() => {
  server = new FakeServer();
  clock = new FakeClock();
  storage = new FakeStorage();
  statuses = [];
  answers = [];
  batches = 1;
});

test("what is typed leaves after a rest, in one batch, the last quantity of a cell", async () => {
  const queue = makeQueue();
  queue.set(1, null, 1);
  queue.set(1, null, 12);
  queue.set(2, null, 5);
  expect(server.requests).toHaveLength(0);
  await clock.run();
  expect(server.requests).toHaveLength(1);
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 12, revision: 0},
    {product: 2, date: null, quantity: 5, revision: 0},
  ]);
  expect(lastStatus()).toEqual({state: "saving", count: 2});
  await server.answer();
  expect(lastStatus()).toEqual({state: "saved", count: 0});
});

test("one request at a time: what is typed meanwhile leaves afterwards", async () => {
  const queue = makeQueue();
  queue.set(1, null, 1);
  await clock.run();
  queue.set(1, null, 2);
  queue.set(2, null, 7);
  await clock.run();
  expect(server.requests).toHaveLength(1);
  await server.answer();
  await clock.run();
  expect(server.requests).toHaveLength(2);
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 2, revision: 1},
    {product: 2, date: null, quantity: 7, revision: 0},
  ]);
});

test("a lost answer is asked for again under the same id and changes nothing", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  await server.loseAnswer();
  expect(lastStatus()).toEqual({state: "offline", count: 1});
  await clock.run();
  expect(server.requests.map(({batch}) => batch)).toEqual(["batch-1", "batch-1"]);
  await server.answer();
  expect(server.cells.get("1")).toEqual({quantity: 3, revision: 1});
  expect(lastStatus()).toEqual({state: "saved", count: 0});
});

test("waits grow while there is no network, and the network's return ends them", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  const delays = [];
  for (let i = 0; i < 7; i++) {
    await server.loseRequest();
    delays.push(clock.delays[0]);
    await clock.run();
  }
  expect(delays).toEqual([1000, 2000, 4000, 8000, 15000, 30000, 30000]);
  await server.loseRequest();
  queue.retry();
  expect(clock.delays).toEqual([0]);
  await clock.run();
  await server.answer();
  expect(lastStatus().state).toBe("saved");
});

test("what is typed offline comes after what is under way, nothing is lost", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  await server.loseAnswer();
  queue.set(1, null, 9);
  queue.set(4, null, 2);
  expect(queue.count).toBe(2);
  await clock.run();
  await server.answer();
  await clock.run();
  await server.answer();
  expect(server.cells.get("1")).toEqual({quantity: 9, revision: 2});
  expect(server.cells.get("4")).toEqual({quantity: 2, revision: 1});
});

test("a closed browser's unsaved cells are shown and sent by the next page", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  queue.set(2, null, 4);
  clock.timers.clear();
  // The request of the first page arrived; nobody was there for its answer.
  server.process(server.last);

  const next = makeQueue();
  const restored = next.restore().map(({product, quantity}) => [product, quantity]);
  expect(restored).toEqual([
    [1, 3],
    [2, 4],
  ]);
  await clock.run();
  expect(server.last.batch).toBe("batch-1");
  await server.answer();
  await clock.run();
  await server.answer();
  expect(server.cells.get("1")).toEqual({quantity: 3, revision: 1});
  expect(server.cells.get("2")).toEqual({quantity: 4, revision: 1});
  expect(storage.items).toEqual({});
});

test("what came too late is not sent again, and stays visible", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  server.last.resolve({closed: "ended", form: 1, cells: []});
  await flushPromises();
  expect(lastStatus()).toEqual({state: "closed", count: 1});
  queue.set(2, null, 4);
  await clock.run();
  expect(server.requests).toHaveLength(1);
  expect(Object.keys(storage.items)).toHaveLength(1);
});

test("signed out: says so, keeps everything, goes on after signing in", async () => {
  const queue = makeQueue();
  queue.set(1, null, 3);
  await clock.run();
  const error = new Error("session expired");
  error.signedOut = true;
  server.last.reject(error);
  await flushPromises();
  expect(lastStatus()).toEqual({state: "signed-out", count: 1});
  await clock.run();
  await server.answer();
  expect(lastStatus()).toEqual({state: "saved", count: 0});
});

test("a conflict brings the other person's revision, so that keeping mine is stored", async () => {
  const queue = makeQueue();
  queue.setRevision(1, null, 1);
  queue.set(1, null, 9);
  await clock.run();
  server.last.resolve({
    form: 1,
    totals: {},
    cells: [{product: 1, date: null, status: "conflict", quantity: 5, revision: 2}],
  });
  await flushPromises();
  expect(answers[0].cells[0].status).toBe("conflict");
  queue.set(1, null, 9);
  await clock.run();
  expect(server.last.cells[0].revision).toBe(2);
});

test("large pastes leave in several batches", async () => {
  const queue = makeQueue();
  for (let product = 1; product <= 450; product++) {
    queue.set(product, null, 1);
  }
  for (let i = 0; i < 3; i++) {
    await clock.run();
    await server.answer();
  }
  expect(server.requests.map(({cells}) => cells.length)).toEqual([200, 200, 50]);
  expect(server.cells.size).toBe(450);
  expect(lastStatus().state).toBe("saved");
});

test("flush tells whether all is saved", async () => {
  const queue = makeQueue();
  expect(await queue.flush()).toBe(true);
  queue.set(1, null, 3);
  const saved = queue.flush();
  await clock.run();
  await server.answer();
  expect(await saved).toBe(true);
  queue.set(1, null, 4);
  const unsaved = queue.flush();
  await clock.run();
  await server.loseRequest();
  expect(await unsaved).toBe(false);
});

test("requests lost, repeated and answered late never change the outcome", async () => {
  // A fixed generator, so that a failure can be looked at again.
  let seed = 7;
  const random = (limit) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % limit;
  };
  const queue = makeQueue();
  const typed = new Map();
  for (let step = 0; step < 2000; step++) {
    const product = 1 + random(6);
    const quantity = random(50);
    typed.set(String(product), quantity);
    queue.set(product, null, quantity);
    if (random(3)) {
      await clock.run();
    }
    const open = queue.sending && server.last;
    if (open) {
      const outcome = random(4);
      if (outcome === 0) {
        await server.loseRequest(open);
      } else if (outcome === 1) {
        await server.loseAnswer(open);
      } else if (outcome === 2) {
        await server.answer(open);
      }
      // Otherwise: no answer yet.
    }
  }
  while (queue.count) {
    await clock.run();
    if (queue.sending) {
      await server.answer();
    }
  }
  for (const [product, quantity] of typed) {
    expect(server.cells.get(product).quantity).toBe(quantity);
  }
});

test("what a closed tab left is sent first, under its own id", async () => {
  const closed = makeQueue();
  closed.set(1, null, 5);
  await clock.run();
  await server.loseRequest();
  closed.set(2, null, 7);
  const left = JSON.parse(storage.getItem("form"));
  storage.removeItem("form");
  clock.timers.clear();

  const queue = makeQueue();
  queue.set(3, null, 9);
  const shown = queue.adopt(left).map(({product, quantity}) => [product, quantity]);
  expect(shown).toEqual([
    [1, 5],
    [2, 7],
  ]);
  expect(queue.count).toBe(3);
  await clock.run();
  expect(server.last.batch).toBe("batch-1");
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 5, revision: 0, late: true},
  ]);
  await server.answer();
  await clock.run();
  await server.answer();
  expect(queue.count).toBe(0);
  expect(storage.items).toEqual({});
  expect([...server.cells].map(([key, {quantity}]) => [key, quantity])).toEqual([
    ["1", 5],
    ["3", 9],
    ["2", 7],
  ]);
});

test("of a cell that two tabs have changed, the later change counts", async () => {
  const queue = makeQueue();
  let time = 1000;
  queue.now = () => time;
  queue.set(1, null, 11);
  time = 3000;
  queue.set(2, null, 22);
  const shown = queue.adopt({
    batch: null,
    waiting: [
      {product: 1, date: null, quantity: 1, at: 2000},
      {product: 2, date: null, quantity: 2, at: 2000},
    ],
  });
  expect(shown.map(({product, quantity}) => [product, quantity])).toEqual([
    [1, 1],
    [2, 22],
  ]);
  await clock.run();
  await server.answer();
  expect(server.cells.get("1").quantity).toBe(1);
  expect(server.cells.get("2").quantity).toBe(22);
});

test("an older change does not follow a batch that is newer", async () => {
  const queue = makeQueue();
  queue.adopt({batch: {id: "late", at: 3000, cells: [cellOf(1, 30)]}});
  queue.adopt({
    batch: {id: "early", at: 1000, cells: [cellOf(1, 10), cellOf(2, 10)]},
    waiting: [{product: 1, date: null, quantity: 20, at: 2000}],
  });
  for (let i = 0; i < 3; i++) {
    await clock.run();
    if (server.requests.length > i) {
      await server.answer();
    }
  }
  expect(server.requests.map(({batch}) => batch)).toEqual(["early", "late"]);
  expect(server.cells.get("1").quantity).toBe(30);
  expect(queue.count).toBe(0);
});

test("a cell waits until its last quantity is answered", async () => {
  const queue = makeQueue();
  queue.set(1, "2026-05-01", 5);
  expect(queue.isWaiting("1|2026-05-01")).toBe(true);
  expect(queue.isWaiting("1")).toBe(false);
  await clock.run();
  expect(queue.isWaiting("1|2026-05-01")).toBe(true);
  await server.answer();
  expect(queue.isWaiting("1|2026-05-01")).toBe(false);
});

/** Answers the last request: all its cells are stored, or all are in conflict. */
async function answerAs(status, revision, quantity) {
  const cells = server.last.cells.map((cell) => ({
    product: cell.product,
    date: cell.date,
    status,
    quantity: quantity ?? cell.quantity,
    revision,
  }));
  server.last.resolve({form: 1, totals: {}, cells});
  await flushPromises();
}

test("what a closed tab kept is based on what that tab had seen, and says so", async () => {
  const closed = makeQueue();
  closed.setRevision(1, null, 1);
  closed.set(1, null, 5);
  clock.timers.clear();

  const queue = makeQueue();
  // Since then, the cell was changed on another device.
  queue.setRevision(1, null, 2);
  queue.restore();
  await clock.run();
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 5, revision: 1, late: true},
  ]);
  await answerAs("conflict", 2, 8);
  // Who keeps the own quantity has seen the other one.
  queue.set(1, null, 5);
  await clock.run();
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 5, revision: 2},
  ]);
});

test("what was typed offline a while ago says so, what was just typed does not", async () => {
  const queue = makeQueue();
  let time = 1_000_000;
  queue.now = () => time;
  queue.set(1, null, 5);
  await clock.run();
  expect(server.last.cells[0].late).toBe(undefined);
  await server.loseRequest();
  time += 60_000;
  queue.set(2, null, 6);
  await clock.run();
  expect(server.last.cells).toEqual([
    {product: 1, date: null, quantity: 5, revision: 0, late: true},
  ]);
  await server.answer();
  await clock.run();
  expect(server.last.cells).toEqual([
    {product: 2, date: null, quantity: 6, revision: 0},
  ]);
});

test("what several closed tabs typed one after the other is no conflict", async () => {
  const queue = makeQueue();
  queue.adopt({batch: {id: "later", at: 3000, cells: [cellOf(1, 30)]}});
  queue.adopt({
    batch: {id: "first", at: 1000, cells: [cellOf(1, 10)]},
    waiting: [{...cellOf(1, 40), at: 4000}],
  });
  for (const [batch, base] of [
    ["first", 0],
    ["later", 1],
    ["batch-1", 2],
  ]) {
    await clock.run();
    expect([server.last.batch, server.last.cells[0].revision]).toEqual([batch, base]);
    await server.answer();
  }
  expect(server.cells.get("1")).toEqual({quantity: 40, revision: 3});
});

test("what is typed before a conflict is told is not based on the other quantity", async () => {
  const queue = makeQueue();
  queue.setRevision(1, null, 1);
  queue.set(1, null, 5);
  await clock.run();
  queue.set(1, null, 6);
  await answerAs("conflict", 2, 8);
  await clock.run();
  expect(server.last.cells[0]).toEqual({
    product: 1,
    date: null,
    quantity: 6,
    revision: 1,
  });
});

test("of a closed tab's cell that arrived and was changed since, the newer is known", async () => {
  const queue = makeQueue();
  queue.setRevision(1, null, 3);
  queue.adopt({batch: {id: "arrived", at: 1000, cells: [cellOf(1, 5)]}});
  await clock.run();
  await answerAs("stored", 2);
  expect(queue.revisions.get("1")).toBe(3);
});
