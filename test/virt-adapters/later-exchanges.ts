/** Requests and answers of WASI 0.3 by the core of canned responses, each step by chance, as an app may take them. */
import { type Random } from "../differential/random.ts";
import { AppEnd, Carrier, DROPPED, End } from "./async-copy.ts";
import { AsyncLoop } from "./async-loop.ts";
import { CONSUMED, type Later, TRAILERS } from "./async-types.ts";
import type { Adapter } from "./harness.ts";

const NAME = "p3_http_types__";
const MOST_BYTES = 40_000;

/** An end with what is to be done with it, once at a time. */
interface Use {
  readonly end: AppEnd;
  /** Begins a copy, or says that there is none to begin. */
  begin(): boolean;
  /** Takes note of a copy; whether there is another one. */
  goesOn(code: number): boolean;
}

export class Exchange {
  readonly #adapter: Adapter;
  readonly #random: Random;
  readonly #loop: AsyncLoop;
  readonly #body: Uint8Array;
  #uses: Use[] = [];
  #request: number | undefined;
  #response: number | undefined;

  constructor(adapter: Adapter, random: Random, loop: AsyncLoop, body: Uint8Array) {
    this.#adapter = adapter;
    this.#random = random;
    this.#loop = loop;
    this.#body = body;
    this.#begin();
  }

  #call(name: string, args: readonly number[]): number {
    return this.#adapter.call(NAME + name, args, (result) => result);
  }

  #lend(kind: "stream" | "future", type: string): { readonly mine: AppEnd; readonly theirs: () => number } {
    const carrier = new Carrier(kind, type);
    return { mine: new AppEnd(new End(carrier, false)), theirs: () => this.#adapter.async.lower(new End(carrier, true)) };
  }

  #taken(at: number, kind: "stream" | "future", type: string): AppEnd {
    return new AppEnd(this.#adapter.async.lift(this.#adapter.view.getUint32(at, true), kind, type));
  }

  #begin(): void {
    const random = this.#random;
    const contents = random.below(2) === 0 ? undefined : this.#lend("stream", "u8");
    const trailers = this.#lend("future", TRAILERS);
    const value = this.#value();
    if (contents !== undefined) {
      const use = this.#writing(contents.mine);
      const before = random.below(3);
      if (before === 0) contents.mine.drop();
      else this.#uses.push(use);
      if (before === 1) use.begin();
    }
    this.#uses.push(this.#promise(trailers.mine, value));
    const headers = this.#call("fields", []);
    const options = random.below(2) === 0 ? [0, 0] : [1, this.#call("request_options", [])];
    const given = [headers, contents === undefined ? 0 : 1, contents?.theirs() ?? 0, trailers.theirs(), ...options];
    this.#request = this.#loop.call(`${NAME}request_new`, given, (at) => {
      this.#uses.push(this.#promised(this.#taken(at + 4, "future", CONSUMED), value));
      return this.#adapter.view.getUint32(at, true);
    });
    const self = this.#adapter.representation(this.#request);
    this.#call("request_set_scheme", [self, 1, 0, 0, 0]);
    if (random.below(4) > 0) this.#call("request_set_authority", [self, 1, ...this.#adapter.lower("a")]);
  }

  #value(): Later {
    const random = this.#random;
    if (random.below(3) > 0) return "ok";
    if (random.below(2) === 0) return { trailers: this.#call("fields", []) };
    return random.below(2) === 0 ? { error: 9 } : { error: 38, text: "t".repeat(random.below(100)) };
  }

  #writing(end: AppEnd): Use {
    const random = this.#random;
    return {
      end,
      begin: () => {
        if (random.below(4) === 0) return false;
        end.write(new Uint8Array(random.below(MOST_BYTES)).fill(1));
        return true;
      },
      goesOn: (code) => code !== DROPPED,
    };
  }

  #promise(end: AppEnd, value: Later): Use {
    return {
      end,
      begin: () => {
        end.write([value]);
        return true;
      },
      goesOn: () => false,
    };
  }

  /** A future whose value the app knows, if it wants to. */
  #promised(end: AppEnd, value: Later): Use {
    return {
      end,
      begin: () => {
        if (this.#random.below(4) === 0) return false;
        end.read(1);
        return true;
      },
      goesOn: () => {
        const wanted = typeof value === "object" && "error" in value ? value.error : "ok";
        const [[found] = []] = end.elements as readonly (readonly Later[])[];
        const is = typeof found === "object" && "error" in found ? found.error : found;
        if (is !== wanted) throw new Error(`a future says ${String(is)}, and not ${String(wanted)}`);
        return false;
      },
    };
  }

  #reading(end: AppEnd): Use {
    let place = 0;
    return {
      end,
      begin: () => {
        if (this.#random.below(10) === 0) return false;
        end.read(this.#random.below(MOST_BYTES));
        return true;
      },
      goesOn: (code) => {
        const bytes = Buffer.concat(end.elements as readonly Uint8Array[]);
        if (!bytes.equals(this.#body.subarray(place, place + bytes.length))) throw new Error(`another body, from ${place} on`);
        place += bytes.length;
        if (code === DROPPED && place !== this.#body.length) throw new Error(`the body ends after ${place} bytes`);
        return code !== DROPPED;
      },
    };
  }

  #answer(request: number): void {
    this.#request = undefined;
    if (this.#random.below(8) === 0) return this.#adapter.drop(request, `${NAME}request_dtor`);
    this.#adapter.call("p3_http_client__send", [request], (at) => {
      if (this.#adapter.view.getUint8(at) === 0) this.#response = this.#adapter.view.getUint32(at + 8, true);
    });
  }

  #consume(response: number): void {
    this.#response = undefined;
    if (this.#random.below(8) === 0) return this.#adapter.drop(response, `${NAME}response_dtor`);
    const consumed = this.#lend("future", CONSUMED);
    const value = this.#random.below(2) === 0 ? "ok" : ({ error: 38, text: "not this one" } as const);
    this.#uses.push(this.#promise(consumed.mine, value));
    this.#loop.call(`${NAME}response_consume_body`, [response, consumed.theirs()], (at) => {
      this.#uses.push(this.#reading(this.#taken(at, "stream", "u8")), this.#promised(this.#taken(at + 4, "future", TRAILERS), "ok"));
    });
  }

  /** Takes a step; whether there is anything left to do. */
  step(): boolean {
    const index = this.#random.below(this.#uses.length + 1);
    const use = this.#uses[index];
    if (use === undefined) {
      if (this.#request !== undefined) this.#answer(this.#request);
      else if (this.#response !== undefined) this.#consume(this.#response);
    } else if (!this.#goesOn(use)) {
      use.end.drop();
      this.#uses = this.#uses.filter((each) => each !== use);
    }
    return this.#uses.length > 0 || this.#request !== undefined || this.#response !== undefined;
  }

  #goesOn(use: Use): boolean {
    if (!use.end.isPending && !use.begin()) return false;
    const result = use.end.poll();
    return result === undefined || use.goesOn(result.code);
  }
}
