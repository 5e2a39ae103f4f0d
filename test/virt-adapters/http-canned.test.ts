/** The core of canned responses without a component around it: its headers beside those of `wasi-nest/http`, and how long memory lasts. */
import { expect, test } from "vitest";
import { entriesOf } from "../../src/adapters/http/canned.ts";
import { cannedImage } from "../../src/adapters/http/canned-image.ts";
import { httpCannedCore } from "../../src/adapters/prebuilt.ts";
import { Fields } from "../../src/http/fields.ts";
import { WitError } from "../../src/http/wit-error.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import { type Random, randomOf } from "../differential/random.ts";
import { Adapter } from "./harness.ts";

const ERRORS = ["invalid-syntax", "forbidden", "immutable"];
const [ENTRY, VALUE] = [16, 8];

function newAdapter(): Adapter {
  const entries = entriesOf([{ url: "http://a/*", headers: { a: ["1", "2"] }, body: "body" }]);
  return new Adapter(httpCannedCore, cannedImage(entries, IMAGE_BASE), {
    "wasi:io/streams#input-of-bytes": (start: number, end: number) => end - start,
  });
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** A `fields` of the guest's, as a class. */
class Guest {
  readonly #adapter: Adapter;
  readonly handle: number;

  constructor(adapter: Adapter, handle = adapter.call("http_types__fields", [], (handle) => handle)) {
    this.#adapter = adapter;
    this.handle = handle;
  }

  get #self(): number {
    return this.#adapter.representation(this.handle);
  }

  #values(values: readonly string[]): readonly number[] {
    const lowered = values.map((each) => this.#adapter.lower(each));
    const at = this.#adapter.allocate(4, values.length * VALUE);
    lowered.flat().forEach((word, i) => this.#adapter.view.setUint32(at + i * 4, word, true));
    return [at, values.length];
  }

  #change(name: string, args: readonly number[]): string {
    return this.#adapter.call(`http_types__fields_${name}`, [this.#self, ...args], (at) =>
      this.#adapter.view.getUint8(at) === 0 ? "ok" : ERRORS[this.#adapter.view.getUint8(at + 1)]!,
    );
  }

  set(name: string, values: readonly string[]): string {
    return this.#change("set", [...this.#adapter.lower(name), ...this.#values(values)]);
  }

  append(name: string, value: string): string {
    return this.#change("append", [...this.#adapter.lower(name), ...this.#adapter.lower(value)]);
  }

  delete(name: string): string {
    return this.#change("delete", this.#adapter.lower(name));
  }

  #list(name: string, args: readonly number[], size: number): readonly (readonly string[])[] {
    return this.#adapter.call(`http_types__fields_${name}`, [this.#self, ...args], (result) => {
      const { view } = this.#adapter;
      const [start, count] = [view.getUint32(result, true), view.getUint32(result + 4, true)];
      return Array.from({ length: count }, (_, i) =>
        Array.from({ length: size / VALUE }, (_, j) => this.#adapter.textAt(start + i * size + j * VALUE)),
      );
    });
  }

  get(name: string): readonly string[] {
    return this.#list("get", this.#adapter.lower(name), VALUE).flat();
  }

  entries(): Pairs {
    return this.#list("entries", [], ENTRY).map(([name = "", value = ""]) => [name, value]);
  }

  clone(): Guest {
    return new Guest(
      this.#adapter,
      this.#adapter.call("http_types__fields_clone", [this.#self], (handle) => handle),
    );
  }

  drop(): void {
    this.#adapter.drop(this.handle, "http_types__fields_dtor");
  }
}

const NAMES = ["a", "A", "x-long-name", "b", "Host", "not a name", ""];
const VALUES = ["", "1", "two words", "v".repeat(300), "not\na value"];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array): string => new TextDecoder().decode(found);

function outcomeOf(action: () => void): string {
  try {
    action();
    return "ok";
  } catch (error) {
    if (!(error instanceof WitError)) throw error;
    return (error.payload as { readonly tag: string }).tag;
  }
}

/** In what order names come is nobody's concern; that of the values of a name is. */
const grouped = (pairs: Pairs): unknown => {
  const key = ([name]: Pairs[number]): string => name.toLowerCase();
  return pairs.toSorted((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
};

function step(random: Random, fields: [Guest, Fields][], adapter: Adapter): void {
  const [guest, model] = fields[random.below(fields.length)]!;
  const [name, value] = [random.pick(NAMES), random.pick(VALUES)];
  switch (random.below(7)) {
    case 0:
      return expect(guest.append(name, value)).toBe(outcomeOf(() => model.append(name, bytes(value))));
    case 1: {
      const values = [value, random.pick(VALUES)].slice(random.below(3));
      return expect(guest.set(name, values)).toBe(outcomeOf(() => model.set(name, values.map(bytes))));
    }
    case 2:
      return expect(guest.delete(name)).toBe(outcomeOf(() => model.delete(name)));
    case 3:
      return expect(guest.get(name)).toEqual(model.get(name).map(text));
    case 4:
      return void (fields.length < 8 && fields.push([guest.clone(), model.clone()]));
    case 5:
      if (fields.length > 1)
        fields
          .splice(
            fields.findIndex(([each]) => each === guest),
            1,
          )[0]![0]
          .drop();
      else fields.push([new Guest(adapter), new Fields()]);
      return;
    default:
      return expect(grouped(guest.entries())).toEqual(grouped(model.entries().map(([name, found]) => [name, text(found)])));
  }
}

test("headers are those of the model, and memory is used again", () => {
  const random = randomOf(15);
  const adapter = newAdapter();
  const fields: [Guest, Fields][] = [[new Guest(adapter), new Fields()]];
  for (let i = 0; i < 40_000; i++) step(random, fields, adapter);
  // Less than two bytes for each step.
  expect(adapter.arenaBase.value - adapter.heapStart).toBeLessThan(65536);
});

test("a thousand requests take the memory of a few", () => {
  const adapter = newAdapter();
  const call = (name: string, ...args: readonly number[]): number => adapter.call(`http_types__${name}`, args, (result) => result);
  const send = (): void => {
    const fields = new Guest(adapter);
    fields.set("x-a", ["1", "2"]);
    const request = call("outgoing_request", fields.handle);
    const self = adapter.representation(request);
    expect(call("outgoing_request_set_scheme", self, 1, 0, 0, 0)).toBe(0);
    expect(call("outgoing_request_set_method", self, 9, ...adapter.lower("PURGE"))).toBe(0);
    expect(call("outgoing_request_set_authority", self, 1, ...adapter.lower("a"))).toBe(0);
    expect(call("outgoing_request_set_path_with_query", self, 1, ...adapter.lower(`/${"p".repeat(100)}`))).toBe(0);
    const future = adapter.call("http_outgoing_handler__handle", [request, 1, call("request_options")], (at) => {
      expect(adapter.view.getUint8(at)).toBe(0);
      return adapter.view.getUint32(at + 8, true);
    });
    const response = adapter.call("http_types__future_incoming_response_get", [adapter.representation(future)], (at) =>
      adapter.view.getUint32(at + 24, true),
    );
    adapter.drop(future, "http_types__future_incoming_response_dtor");
    const headers = call("incoming_response_headers", adapter.representation(response));
    expect(new Guest(adapter, headers).get("A")).toEqual(["1", "2"]);
    adapter.drop(headers, "http_types__fields_dtor");
    const body = adapter.call("http_types__incoming_response_consume", [adapter.representation(response)], (at) =>
      adapter.view.getUint32(at + 4, true),
    );
    const stream = adapter.call("http_types__incoming_body_stream", [adapter.representation(body)], (at) =>
      adapter.view.getUint32(at + 4, true),
    );
    expect(stream).toBe("body".length);
    adapter.drop(call("incoming_body_finish", body), "http_types__future_trailers_dtor");
    adapter.drop(response, "http_types__incoming_response_dtor");
    expect(adapter.handles.size).toBe(0);
  };
  for (let i = 0; i < 10; i++) send();
  const end = adapter.arenaBase.value;
  for (let i = 0; i < 1000; i++) send();
  expect(adapter.arenaBase.value).toBe(end);
});
