import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {FakeClock, flushPromises} from "./fake_clock.esm";
import {LiveCells} from "@preorder_website/order_form/live_cells.esm";
import {OrderFormModel} from "@preorder_website/order_form/order_form_model.esm";

describe.current.tags("headless");

class FakeBus extends EventTarget {
  constructor() {
    super();
    this.channels = [];
    this.workerState = "CONNECTING";
  }

  addChannel(channel) {
    this.channels.push(channel);
  }

  deleteChannel(channel) {
    this.channels = this.channels.filter((each) => each !== channel);
  }

  subscribe(type, callback) {
    this.callback = callback;
  }

  unsubscribe() {
    this.callback = null;
  }

  say(name) {
    this.dispatchEvent(new Event(name));
  }
}

let asked = [];
let heard = [];
let answer = null;
let visible = true;
let clock = null;

beforeEach(() => {
  asked = [];
  heard = [];
  answer = {cells: [], totals: false, at: "2026-03-10 12:00:00"};
  visible = true;
  clock = new FakeClock();
});

function makeLive(bus) {
  return new LiveCells({
    tab: "own-tab",
    bus,
    clock,
    isVisible: () => visible,
    ask: async (form, params) => {
      asked.push([form, params.since]);
      if (!answer) {
        throw new Error("connection lost");
      }
      return answer;
    },
    onCells: (cells) => heard.push(cells),
  });
}

describe("listening", () => {
  test("begins once the form has an id", async () => {
    const bus = new FakeBus();
    const live = makeLive(bus);
    live.start(false);
    expect(bus.channels).toEqual([]);
    live.start(7);
    live.start(7);
    await flushPromises();
    expect(bus.channels).toEqual(["preorder_form:7"]);
    expect(asked).toEqual([[7, null]]);
    live.stop();
    expect(bus.channels).toEqual([]);
    expect(clock.delays).toEqual([]);
  });

  test("hears other tabs of this form alone", () => {
    const bus = new FakeBus();
    const live = makeLive(bus);
    live.start(7);
    bus.callback({form: 7, tab: "other", cells: ["theirs"]});
    bus.callback({form: 7, tab: "own-tab", cells: ["own"]});
    bus.callback({form: 8, tab: "other", cells: ["elsewhere"]});
    expect(heard).toEqual([["theirs"]]);
  });

  test("without the bus, asks every 15 seconds while somebody looks", async () => {
    const live = makeLive(null);
    live.start(7);
    await flushPromises();
    expect(clock.delays).toEqual([15000]);
    answer = {cells: ["theirs"], totals: {}, at: "2026-03-10 12:00:15"};
    await clock.run();
    expect(asked).toEqual([
      [7, null],
      [7, "2026-03-10 12:00:00"],
    ]);
    expect(heard).toEqual([["theirs"]]);
    visible = false;
    await clock.run();
    expect(asked).toHaveLength(2);
    expect(clock.delays).toEqual([15000]);
  });

  test("with the bus, only says now and then that it is there", async () => {
    const bus = new FakeBus();
    const live = makeLive(bus);
    live.start(7);
    await flushPromises();
    bus.say("BUS:CONNECT");
    await flushPromises();
    expect(clock.delays).toEqual([300000]);
    expect(asked).toHaveLength(2);
    bus.say("BUS:DISCONNECT");
    await flushPromises();
    expect(clock.delays).toEqual([15000]);
  });

  test("a lost network is asked again from where it was left", async () => {
    const live = makeLive(null);
    live.start(7);
    await flushPromises();
    answer = null;
    await clock.run();
    answer = {cells: [], totals: false, at: "2026-03-10 12:01:00"};
    await clock.run();
    expect(asked.map(([, since]) => since)).toEqual([
      null,
      "2026-03-10 12:00:00",
      "2026-03-10 12:00:00",
    ]);
  });
});

describe("cells saved elsewhere", () => {
  function makeModel() {
    const model = new OrderFormModel({
      campaign: 1,
      customer: 0,
      partner: 2,
      user: 3,
      form: 7,
      editable: true,
      unavailable: "",
      number: "W26-0001",
      totals: {pieces: 5},
      changes: [],
      limits: [],
      dates: false,
      cells: [[11, null, 5, 1]],
    });
    model.queue.clock = clock;
    return model;
  }

  const theirs = {
    product: 11,
    date: null,
    quantity: 8,
    revision: 2,
    by: "Eva",
    user: 4,
  };

  test("are taken and marked, what was saved here especially", () => {
    const model = makeModel();
    model.acceptCell({product: 11, date: null, status: "stored"});
    model.acceptRemoteCells([theirs], {pieces: 8});
    expect(model.getQuantity(11)).toBe(8);
    expect(model.queue.revisions.get("11")).toBe(2);
    expect(model.state.totals).toEqual({pieces: 8});
    expect(model.state.remote["11"]).toEqual({by: "Eva", before: 5, own: true});
  });

  test("are not taken when they are known, or older", () => {
    const model = makeModel();
    model.acceptRemoteCells([{...theirs, revision: 1}], {pieces: 8});
    expect(model.getQuantity(11)).toBe(5);
    expect(model.state.totals).toEqual({pieces: 5});
  });

  test("leave what waits here to the server, which answers with a conflict", () => {
    const model = makeModel();
    model.setQuantity(11, 6);
    model.acceptRemoteCells([theirs], {pieces: 8});
    expect(model.getQuantity(11)).toBe(6);
    expect(model.queue.revisions.get("11")).toBe(1);
    expect(model.state.remote).toEqual({});
  });

  test("of the same person in another tab are taken without a mark", () => {
    const model = makeModel();
    model.acceptRemoteCells([{...theirs, user: 3}], {pieces: 8});
    expect(model.getQuantity(11)).toBe(8);
    expect(model.state.remote).toEqual({});
  });
});
