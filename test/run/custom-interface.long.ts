/**
 * An interface that nobody has heard of, whose functions take and return streams, errors, pollables and
 * descriptors in every way there is. The app has files of its own, the store works on the host's: both kinds
 * of handle meet in one app. The store is a component beside it, or with jco a module of the host's, because
 * jco 1.35 loses handles that one JavaScript component lends to another, whether or not we are between them.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plug } from "../compose/plug.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { storeAndUser } from "./store.ts";

let output: Uint8Array;
let withStore: Uint8Array;
let store: string;

beforeAll(async () => {
  const { store: storeComponent, user } = await storeAndUser();
  output = virtualized(user, {
    mounts: [{ path: "/", entry: { kind: "directory", entries: new Map([["mine", { kind: "file", contents: Buffer.from("MINE") }]]) } }],
    stdout: "allow",
    stderr: "allow",
    allowArgs: true,
    allowClocks: true,
    allowExit: true,
  });
  await expectValid(output);
  withStore = plug(storeComponent, output);
}, BUILD_MILLISECONDS);

beforeEach(async () => {
  store = await mkdtemp(path.join(tmpdir(), "store-"));
  await writeFile(path.join(store, "a"), "alpha");
  await writeFile(path.join(store, "b"), "be");
});
afterEach(() => rm(store, { recursive: true }));

const EXPECTED: Readonly<Record<string, string>> = {
  records: "<a> alpha true\n<b> be -\n",
  mine: "mine MINE\n",
  given: "given: 5\n",
  lent: "lent: 1003\nempty now: 0\nblob: 5\ntext: 5\nnothing: 0\n",
  list: "alphaalpha+be\nconcat: alphaalpha+be\n\nnone: \n",
  spilled: "many: 4,7,5,4,2,0,2,3,5,97,9,2\n",
  passed: "passed: writtenMINE\n",
  error: "missing: error no-entry\n",
  descriptors: `theirs directory a,b
same true false false true
file 5 lp lpha
across: error cross-device
back: error cross-device
no such file: error no-entry
read a,b
mine still 4
`,
};

test("is valid", { timeout: RUN_MILLISECONDS }, () => expectValid(withStore));

const interfaces = { "acme:store/blobs": path.join(import.meta.dirname, "guests/store-host.js") };
const hosts = [
  { name: "jco", available: true, run: (options: RunOptions) => runOnJco(output, { ...options, interfaces }) },
  { name: "Wasmtime", available: wasmtimeAvailable(), run: (options: RunOptions) => runOnWasmtime(withStore, options) },
];

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test.each(Object.entries(EXPECTED))("%s come through", { timeout: RUN_MILLISECONDS }, async (step, expected) => {
    const { stdout, stderr, trap } = await run({ args: [step], preopens: { "/": store } });
    expect({ stdout, stderr, trap }).toEqual({ stdout: expected, stderr: "" });
  });

  test.each([
    ["virtualStream", "acme:store/blobs@1.2.0#size was given a virtual input-stream"],
    ["virtualLent", "acme:store/blobs@1.2.0#concat was given a virtual input-stream"],
    ["virtualDescriptor", "acme:store/blobs@1.2.0#entries was given a virtual descriptor"],
  ])("a virtual handle that the host cannot have names the function: %s", { timeout: RUN_MILLISECONDS }, async (step, message) => {
    const { trap, stderr } = await run({ args: [step], preopens: { "/": store } });
    expect(`${trap} ${stderr}`).toContain(message);
    expect(`${trap} ${stderr}`).toContain("wasi-nest:io-shims");
  });
});
