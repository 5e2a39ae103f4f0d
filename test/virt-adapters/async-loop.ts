/** What stands around a core that goes on when calls are over: a façade that starts its loop (src/compose/facade.ts), and the task. */

import type { Adapter } from "./harness.ts";

const [EXIT, WAIT] = [0, 2];

/** How often in a row nothing may wait for anything else. */
const MOST_TURNS = 100_000;

export class AsyncLoop {
  readonly #adapter: Adapter;
  readonly #below: (limit: number) => number;
  /** Is called when the adapter has done something. */
  judge: () => void = () => undefined;
  #starting = 0;
  /** Sets that tasks wait for. */
  readonly #waiting: number[] = [];

  /** Events come one at a time, in an order by chance. */
  constructor(adapter: Adapter, below: (limit: number) => number) {
    this.#adapter = adapter;
    this.#below = below;
  }

  /** Calls a function of streams as the façade does. Its call of the loop may come back before the loop has begun to run. */
  call<T>(name: string, args: readonly (number | bigint)[], lift: (result: number) => T): T {
    const result = this.#adapter.call(name, args, lift);
    if (this.#adapter.call("p3_loop__is_running", [], (is) => is === 0)) {
      this.#starting++;
      if (this.#below(2) === 0) this.turn();
    }
    this.judge();
    return result;
  }

  /** Lets one task go on, if one can. */
  turn(): boolean {
    const { async } = this.#adapter;
    if (this.#starting > 0) {
      this.#starting--;
      const before = async.returns;
      const next = async.inTask(() => this.#adapter.call("p3_loop__start", [], (status) => status));
      if (async.returns !== before + 1) throw new Error("the loop does not return once");
      this.#goOn(next);
      this.judge();
      return true;
    }
    for (const [i, set] of this.#waiting.entries()) {
      const event = async.event(set, this.#below);
      if (event === undefined) continue;
      this.#waiting.splice(i, 1);
      const args = [event.event, event.index, event.payload];
      this.#goOn(async.inTask(() => this.#adapter.call("p3_loop__callback", args, (status) => status)));
      this.judge();
      return true;
    }
    return false;
  }

  #goOn(status: number): void {
    if (status === EXIT) return;
    const set = status >>> 4;
    if ((status & 15) !== WAIT || !this.#adapter.async.hasSet(set)) throw new Error(`a callback returns ${status}`);
    this.#waiting.push(set);
  }

  /** Lets tasks go on as long as they can. What is left waits for the app. */
  settle(): void {
    for (let turns = 0; this.turn(); turns++) if (turns > MOST_TURNS) throw new Error("the loop never waits");
    const { async } = this.#adapter;
    if (this.taskCount > 1) throw new Error("there are two loops");
    if ((this.taskCount === 1) !== async.endCount > 0) throw new Error("the loop waits for nothing, or nobody waits for an end");
  }

  /** How many loops run. */
  get taskCount(): number {
    return this.#starting + this.#waiting.length;
  }
}
