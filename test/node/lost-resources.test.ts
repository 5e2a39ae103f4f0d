/** Which functions of an adapter the warning names that its engine loses resources by. */
import { expect, test } from "vitest";
import { adapterWorld } from "../../src/node/adapter-world.ts";
import { ENGINES, type Engine } from "../../src/node/engines.ts";
import { lostResources } from "../../src/node/lost-resources.ts";
import { worldComponent } from "../guests/index.ts";

const WIT = `package test:app;
world app { import acme:kv/types@1.0.0; import acme:kv/store@1.0.0; import acme:kv/lent@1.0.0; import wasi:io/streams@0.2.6; }
package wasi:io@0.2.6 { interface streams { resource input-stream; } }
package acme:kv@1.0.0 {
  interface types {
    resource key { constructor(parent: option<key>); join: func(other: key); is: func(other: borrow<key>) -> bool; make: static func() -> key; }
  }
  interface store {
    use types.{key};
    record pair { key: key, value: string }
    resource plain;
    put-all: func(keys: list<key>);
    put: func(pair: pair);
    drop: func(it: plain);
    try: func(given: result<key, string>);
  }
  interface lent {
    use wasi:io/streams@0.2.6.{input-stream};
    use types.{key};
    read: func(it: input-stream) -> key;
    look: func(keys: list<borrow<key>>);
  }
}`;

const warned = async (wanted: string, engine: Engine): Promise<readonly string[]> =>
  lostResources(adapterWorld(await worldComponent(WIT, "app"), wanted), engine, "kv.ts");
const GIVEN = ["[constructor]key", "[method]key.join", "put-all", "put", "drop", "try"].map((each) => `\`${each}\``).join(", ");

test("names what is given a resource of the module's, wherever it lies", async () => {
  expect(await warned("acme:kv/*", "starlingmonkey")).toEqual([
    `\`kv.ts\`: StarlingMonkey loses a resource of the module's when ${GIVEN} is given one: another one may trap when it is used next, and is not disposed of`,
  ]);
  expect(await warned("acme:kv/*", "qjs")).toEqual([
    `\`kv.ts\`: QuickJS mistakes one resource of the module's for another when a function is given one, so it traps in ${GIVEN}`,
  ]);
});

test.each(ENGINES)("is silent of what is lent, and of resources that others make, with %s", async (engine) => {
  expect(await warned("acme:kv/lent", engine)).toEqual([]);
});
