// npm run bench:size: what virtualizing adds to a few apps, in bytes, by where it goes.

import { decodeComponent, encodeComponent } from "../dist/binary/component.js";
import { virtualize } from "../dist/index.js";
import { ownGuest, realGuest } from "./guests.mjs";
import { bytes, printGoals, printTable } from "./report.mjs";

const TEXT = new TextEncoder().encode("hello\n");
const tree = { kind: "directory", entries: new Map([["hello.txt", { kind: "file", contents: TEXT }]]) };
const ENVIRONMENT = { env: { GREETING: "hello" }, args: ["build"], cwd: "/src" };
const FILES = { mounts: [{ path: "/src", entry: tree }], stdin: TEXT, stdout: "ignore", stderr: "ignore" };
const HOST = { stdout: "allow", stderr: "allow", allowClocks: true, allowRandom: true, allowExit: true };

/** Sections that say what the host must provide. */
const IMPORT_KINDS = new Set(["import", "type", "alias"]);

/** Bytes of each part of the output by what it is, of the outer component's import types, and of the rest. */
function split(output, app) {
  const sizes = { environment: 0, io: 0, stubs: 0, reexports: 0, types: 0 };
  let isBeforeParts = true;
  for (const section of decodeComponent(output)) {
    if (section.kind === "component") {
      isBeforeParts = false;
      if (section.bytes.length !== app.length) sizes[roleOf(decodeComponent(section.bytes))] += section.bytes.length;
    } else if (isBeforeParts && IMPORT_KINDS.has(section.kind)) sizes.types += encodeComponent([section]).length - 8;
  }
  return sizes;
}

/** Only adapters have memory in a module of its own; stubs have one module, re-exports none. */
function roleOf(sections) {
  const modules = sections.filter(({ kind }) => kind === "core module").length;
  if (modules < 2) return modules === 1 ? "stubs" : "reexports";
  const exported = sections.flatMap(({ kind, items }) => (kind === "export" ? items.map(({ name }) => name) : []));
  return exported.some((name) => (name.name ?? name) === "get-environment") ? "environment" : "io";
}

async function appsToMeasure() {
  const apps = [{ name: "environment only", bytes: await ownGuest("environment"), settings: [["fixed", ENVIRONMENT]] }];
  const command = [
    ["all denied", {}],
    ["all fixed", { ...ENVIRONMENT, ...FILES }],
    ["files, host's stdio", { ...ENVIRONMENT, mounts: FILES.mounts, ...HOST }],
    ["all allowed", { allowAll: true }],
  ];
  const real = [
    ["C, hello", "hello"],
    ["C, walks a tree", "walk"],
    ["JavaScript", "javascript"],
    ["all of WASI 0.2.12", "everything"],
  ];
  for (const [name, guest] of real) {
    const { bytes: found, missing } = await realGuest(guest);
    if (found === undefined) console.log(`${name}: left out, ${missing}\n`);
    else apps.push({ name, bytes: found, settings: command });
  }
  return apps;
}

const measured = [];
for (const { name, bytes: app, settings } of await appsToMeasure()) {
  for (const [setting, options] of settings) {
    const { chunks, report } = virtualize(app, options);
    const output = new Uint8Array(Buffer.concat(chunks));
    measured.push({ name, setting, report, ...split(output, app), added: output.length - app.length });
  }
}

console.log("Bytes that virtualizing adds. The image, what the user embeds, lies in the adapters and is counted there.\n");
printTable(
  ["app", "options", "app's own", "environment", "streams+files", "stubs", "re-exports", "import types", "wiring", "added", "of it image"],
  measured.map(({ name, setting, report, environment, io, stubs, reexports, types, added }) => {
    const wiring = added - environment - io - stubs - reexports - types;
    return [name, setting, ...[report.sizes.app, environment, io, stubs, reexports, types, wiring, added, report.sizes.image].map(bytes)];
  }),
);

const find = (name, setting) => measured.find((each) => each.name === name && each.setting === setting);
const goal = (what, found, limit) => ({
  what,
  found: found === undefined ? "-" : `${bytes(found)} B`,
  wanted: `<= ${bytes(limit)} B`,
  met: found === undefined ? undefined : found <= limit,
});
const alone = find("environment only", "fixed");
const denied = find("C, walks a tree", "all denied");
const whole = find("all of WASI 0.2.12", "all fixed");
printGoals([
  goal("environment adapter as a component, without image", alone.environment - alone.report.sizes.image, 1500),
  goal("preview 1 command, all denied: all that is added", denied?.added, 12_000),
  goal("environment, streams and files adapters, whole", whole && whole.environment + whole.io, 24_000),
]);
