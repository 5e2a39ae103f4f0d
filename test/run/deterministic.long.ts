/** `--deterministic`, shown: programs that ask for all that differs from run to run print the same bytes, five times on each host. */

import { beforeEach, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram, lua, python, RUST_MISSING, rust, rustGuest, sqlite } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, virtualized } from "./on-hosts.ts";

const RUNS = 5;

const PYTHON = `
import datetime, os, random, tempfile, threading, time, uuid
print(time.time(), time.monotonic(), time.perf_counter(), datetime.datetime.now(), time.localtime())
print(random.random(), random.SystemRandom().random(), os.urandom(16).hex(), uuid.uuid4())
print(hash("text"), {str(i) for i in range(20)}, id(object()) == id(object()))
print(os.listdir("/data"), dict(os.environ), os.getcwd())
time.sleep(10)
print(time.time(), time.monotonic())
with tempfile.NamedTemporaryFile(dir="/tmp") as file:
    file.write(b"x")
    file.flush()
    print(file.name, os.stat(file.name))
start, count = time.monotonic(), 0
while time.monotonic() < start + 0.01: count += 1
print(count)
`;

const SQL = `
create table t(a, b default current_timestamp); insert into t(a) values (random()), (hex(randomblob(16)));
select * from t; select datetime('now'), julianday('now'), strftime('%f', 'now'), random();
select name, mtime from fsdir('/tmp') order by name; select hex(sha3(readfile('/tmp/d')));
`;

// Lua makes the seeds of its numbers and hash tables of the time and of addresses.
const LUA = `
print(os.time(), os.clock(), os.date(), os.date("!*t").yday, os.getenv("A"))
print(math.random(), math.random(1000), math.random(0))
local set = {}
for i = 1, 50 do set["key " .. i] = i end
for key in pairs(set) do io.write(key, ", ") end
print()
-- Addresses of objects; and a sort that chooses its pivots by chance.
print({}, print, io.stdout)
local many, steps = {}, 0
for i = 1, 2000 do many[i] = i % 2 == 0 and i or -i end
table.sort(many, function(a, b) steps = steps + 1 return a < b end)
print(steps, many[1], many[2000])
for line in io.lines("/data/a") do print(line) end
print(io.open("/data"):read("a"))
print(io.open("/data/none"))
local file = assert(io.open("/tmp/new", "w+"))
file:write(os.time(), " ", math.random(0), "\\n")
file:seek("set")
print(file:read("a"), file:seek("end"))
file:close()
print(os.rename("/tmp/new", "/tmp/other"), os.remove("/tmp/other"), os.remove("/tmp/other"))
local start, count = os.clock(), 0
while os.clock() < start + 0.01 do count = count + 1 end
print(count, os.time(), collectgarbage("count"))
`;

const files = ["b", "a", "z", "ä", "c"].map((name) => [name, { kind: "file", contents: new TextEncoder().encode(name) }] as const);
const COMMON: Options = {
  deterministic: true,
  stdout: "allow",
  stderr: "allow",
  env: { B: "1", A: "2" },
  mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map(files) } }],
  tmpfs: [{ path: "/tmp" }],
};

const PROGRAMS: readonly {
  readonly name: string;
  readonly guest: () => Promise<Uint8Array>;
  readonly options: Options;
  readonly needsCargo?: true;
  readonly isNewest?: true;
}[] = [
  { name: "Python", guest: python, options: { arg0: "python", args: ["-c", PYTHON], cwd: "/tmp" } },
  {
    name: "SQLite",
    guest: sqlite,
    options: { arg0: "sqlite3", args: ["/tmp/d"], env: { HOME: "/tmp" }, stdin: new TextEncoder().encode(SQL) },
  },
  { name: "Lua", guest: lua, options: { args: [LUA] }, needsCargo: true },
  { name: "C", guest: async () => adaptCommand(await cProgram("clock")), options: { args: ["times"] } },
  { name: "Rust, of WASI 0.3", guest: () => rustGuest("waits"), options: { args: ["numbers"] }, needsCargo: true, isNewest: true },
];

describe.each(PROGRAMS)("$name", ({ guest, options, needsCargo, isNewest }) => {
  const places =
    isNewest === true ? newestHosts : hosts.map(({ name, available, run }) => ({ name, run, missing: available ? undefined : name }));
  beforeEach(({ skip }) => skip(needsCargo === true && rust() === undefined, RUST_MISSING));

  test("prints the same on each host, each time", { timeout: 2 * BUILD_MILLISECONDS }, async () => {
    const app = await guest();
    const output = virtualized(app, { ...COMMON, ...options });
    await expectValid(output);
    expect(Buffer.concat(virtualize(app, { ...COMMON, ...options }).chunks).equals(output)).toBe(true);
    const printed: string[] = [];
    for (const { run } of places.filter(({ missing }) => missing === undefined)) {
      for (let i = 0; i < RUNS; i++) {
        const { stdout, stderr, exitCode, trap } = await run(output);
        expect({ exitCode, trap, stderr: stderr.toString() }).toEqual({ exitCode: 0, trap: undefined, stderr: "" });
        printed.push(stdout.toString());
      }
    }
    expect(printed.length).toBeGreaterThanOrEqual(RUNS);
    expect(printed[0]?.length).toBeGreaterThan(50);
    expect(new Set(printed).size).toBe(1);
    // It does ask for what differs: with the host's clock and random numbers, it prints something else each time.
    const { deterministic: _, ...others } = { ...COMMON, ...options };
    const open = virtualized(app, { ...others, allowClocks: true, allowRandom: true });
    const [place] = places.filter(({ missing }) => missing === undefined);
    const [first, second] = [await place?.run(open), await place?.run(open)];
    expect([first?.exitCode, second?.exitCode]).toEqual([0, 0]);
    expect(first?.stdout.toString()).not.toBe(second?.stdout.toString());
    // And fully closed in, it starts and ends.
    const closed = virtualized(app, { ...COMMON, ...options, stdout: "ignore", stderr: "ignore" });
    expect([...worldOf(closed).imports]).toEqual([]);
    expect(await place?.run(closed)).toMatchObject({ exitCode: 0 });
  });
});
