// npm run bench:size: what virtualizing adds to a few apps, in bytes, by where it goes.

import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { decodeComponent, encodeComponent } from "../dist/binary/component.js";
import { flattened, inspect, virtualize } from "../dist/index.js";
import { ownGuest, realGuest, root } from "./guests.mjs";
import { bytes, printGoals, printTable } from "./report.mjs";
import { measureStages } from "./scripts.mjs";

const TEXT = new TextEncoder().encode("hello\n");
const tree = { kind: "directory", entries: new Map([["hello.txt", { kind: "file", contents: TEXT }]]) };
const ENVIRONMENT = { env: { GREETING: "hello" }, args: ["build"], cwd: "/src" };
const FILES = { mounts: [{ path: "/src", entry: tree }], stdin: TEXT, stdout: "ignore", stderr: "ignore" };
const HOST = { stdout: "allow", stderr: "allow", allowClocks: true, allowRandom: true, allowExit: true };

/** Sections that say what the host must provide. */
const IMPORT_KINDS = new Set(["import", "type", "alias"]);

/** What the core modules of the part are for, by the names of its tasks. */
const CORES = { environment: "environment", io: "io", deny: "stubs", "deny-functions": "stubs" };

/** Bytes of the part's core modules, of what it is besides, of re-exports, of the outer component's import types. */
function split(output) {
  const sizes = { environment: 0, io: 0, stubs: 0, interfaces: 0, reexports: 0, types: 0 };
  for (const { role, component, tasks } of flattened(inspect(output).component).instances) {
    if (role === "re-export") sizes.reexports += component.byteLength;
    if (role !== "adapter" && role !== "stubs") continue;
    sizes.interfaces += component.byteLength;
    for (const { name, byteLength } of tasks) {
      sizes[CORES[name]] += byteLength;
      sizes.interfaces -= byteLength;
    }
  }
  for (const section of decodeComponent(output)) {
    if (section.kind === "component") break;
    if (IMPORT_KINDS.has(section.kind)) sizes.types += encodeComponent([section]).length - 8;
  }
  return sizes;
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
    measured.push({ name, setting, report, ...split(output), added: output.length - app.length });
  }
}

console.log("Bytes that virtualizing adds. Types, memory and image of the part are counted under `interfaces`.\n");
printTable(
  [
    "app",
    "options",
    "app's own",
    "environment",
    "streams+files",
    "stubs",
    "interfaces",
    "re-exports",
    "import types",
    "wiring",
    "added",
    "of it image",
  ],
  measured.map(({ name, setting, report, environment, io, stubs, interfaces, reexports, types, added }) => {
    const wiring = added - environment - io - stubs - interfaces - reexports - types;
    return [
      name,
      setting,
      ...[report.sizes.app, environment, io, stubs, interfaces, reexports, types, wiring, added, report.sizes.image].map(bytes),
    ];
  }),
);

console.log();
const stages = await measureStages();
const find = (name, setting) => measured.find((each) => each.name === name && each.setting === setting);
const goal = (what, found, limit) => ({
  what,
  found: found === undefined ? "-" : `${bytes(found)} B`,
  wanted: `<= ${bytes(limit)} B`,
  met: found === undefined ? undefined : found <= limit,
});
/** What `npm install wasi-nest` takes of a disk, in files of whole blocks. */
function installed() {
  const npm = (...args) => execFileSync("npm", args, { cwd: root, encoding: "utf8" });
  const [{ files }] = JSON.parse(npm("pack", "--dry-run", "--ignore-scripts", "--json", "--silent"));
  const packages = npm("ls", "--all", "--omit=dev", "--omit=optional", "--omit=peer", "--parseable").trim().split("\n");
  const others = packages.filter((folder) => folder !== root && !folder.endsWith("newest-node"));
  const sizes = others.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !path.relative(folder, entry.parentPath).startsWith("node_modules"))
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size),
  );
  return [...files.map(({ size }) => size), ...sizes].reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0);
}
const alone = find("environment only", "fixed");
const denied = find("C, walks a tree", "all denied");
const whole = find("all of WASI 0.2.12", "all fixed");
printGoals([
  goal("environment adapter as a component, without image", alone.environment + alone.interfaces - alone.report.sizes.image, 1500),
  goal("preview 1 command, all denied: all that is added", denied?.added, 12_000),
  goal("code of the environment, streams and files adapters, whole", whole && whole.environment + whole.io, 6000),
  goal("the package and those that it depends on, installed", installed(), 3_000_000),
  ...stages,
]);
