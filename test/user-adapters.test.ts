/** Components of the user's, one below the other: how many there may be. */
import { expect, test } from "vitest";
import { inspect, OptionError, virtualize } from "../src/index.ts";
import { worldComponent } from "./guests/index.ts";
import { expectValid } from "./run/on-hosts.ts";

const KV = "package acme:kv@1.0.0 { interface store { get: func(key: string) -> string; } }";
const component = (world: string): Promise<Uint8Array> => worldComponent(`package test:kv;\nworld it { ${world} }\n${KV}`, "it");

test("64 stand one below the other, and one more is too many", async () => {
  const app = await component("import acme:kv/store@1.0.0; export peek: func();");
  const store = { interface: "acme:kv/store", component: await component("import acme:kv/store@1.0.0; export acme:kv/store@1.0.0;") };
  const { chunks } = virtualize(app, { adapters: Array.from({ length: 64 }, () => store) });
  const output = Buffer.concat(chunks);
  await expectValid(output);
  expect(inspect(output).imports.map(({ name }) => name)).toEqual(["acme:kv/store@1.0.0"]);
  const tooMany = Array.from({ length: 65 }, () => store);
  expect(() => virtualize(app, { adapters: tooMany })).toThrow(OptionError);
  expect(() => virtualize(app, { adapters: tooMany })).toThrow("there are 65 adapters, and no more than 64 can stand one below the other");
});
