/** Let what waits for promises go on. */
export async function flushPromises() {
  for (let i = 0; i < 10; i++) {
    await Promise.resolve();
  }
}

/** A clock whose timers fire when a test says so. */
export class FakeClock {
  constructor() {
    this.timers = new Map();
    this.next = 1;
  }

  setTimeout(callback, delay) {
    this.timers.set(this.next, {callback, delay});
    return this.next++;
  }

  clearTimeout(timer) {
    this.timers.delete(timer);
  }

  get delays() {
    return [...this.timers.values()].map(({delay}) => delay);
  }

  /** Fire all timers that are set now. */
  async run() {
    const timers = [...this.timers.values()];
    this.timers.clear();
    timers.forEach(({callback}) => callback());
    await flushPromises();
  }
}
