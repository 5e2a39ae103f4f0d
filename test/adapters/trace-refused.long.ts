/** What rules refuse, printed on real hosts: each once, with the option that would let it through, and nothing else changed. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Directory, Entry, Options } from "../../src/index.ts";
import { adaptCommand, cProgram, python, rawGuest, shapedGuest } from "../guests/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { runOnJco } from "../hosts/jco.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { runOnWasmtimeCli, wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";
import { expectValid03 } from "../run/wasi-0.3-cases.ts";

const limits = { timeout: RUN_MILLISECONDS + BUILD_MILLISECONDS };
type Run = (
  component: Uint8Array,
  options: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
) => Promise<Outcome>;

/** The lines that it prints besides, when it does the same with and without. */
async function refused(
  run: Run,
  guest: Uint8Array,
  options: Options,
  args: readonly string[],
  isLater = false,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const shared: Options = { stdout: "allow", stderr: "allow", allowArgs: true, ...options };
  const plain = await run(virtualized(guest, shared), { args, env });
  const output = virtualized(guest, { ...shared, traceDenied: true });
  await (isLater ? expectValid03(output) : expectValid(output));
  const told = await run(output, { args, env });
  expect([told.stdout, told.trap, plain.stderr]).toEqual([plain.stdout, plain.trap, ""]);
  return told.stderr.split("\n").slice(0, -1);
}

const VARIABLES = { HOME: "/root", APP_A: "a", APP_SECRET: "hidden", FIXED: "2", DB: "other", URL: "db:1" };
const VARIABLE_RULES: Options = {
  ...{ allowEnv: ["APP_*", "URL"], denyEnv: ["*_KEY", "*_SECRET"] },
  ...{ renameEnv: { URL: "DB" }, env: { FIXED: "1" } },
};
const CLOSED_OUTPUT = "standard output is closed; a higher --stdout limit:SIZE lets more through";
/** By the host's order, which differs. */
const VARIABLE_LINES = [
  `the host's variable "APP_SECRET" is kept back; a --deny-env without '*_SECRET' lets it through`,
  `the host's variable "DB" is kept back; another one has its name by --rename-env`,
  `the host's variable "HOME" is kept back; --allow-env='HOME' lets it through`,
];

describe.each([
  { name: "jco", missing: undefined, run: runOnJco as Run },
  {
    name: "Wasmtime",
    missing: wasmtimeCli() === undefined ? WASMTIME_CLI_MISSING : undefined,
    run: ((component, options) => runOnWasmtimeCli(component, { ...options, flags: ["-S", "allow-ip-name-lookup", "-S", "http"] })) as Run,
  },
])("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("requests", limits, async () => {
    const requests = [
      "GET|HTTPS|evil.example|/a?b",
      "GET|HTTPS|evil.example|/a?b",
      "POST|HTTPS|api.example.com:8443|/v1/x",
      "PUT|HTTP|evil.example.|/",
      "BAN|HTTPS|api.example.com:8443|/v1/x",
    ];
    const options: Options = { httpAllow: ["https://api.example.com:8443/v1/*"], httpMethods: ["GET", "PUT"] };
    const url = `"https://api.example.com:8443/v1/x"`;
    expect(await refused(run, await rawGuest("requests"), options, requests)).toEqual([
      `GET "https://evil.example/a?b" is refused; --http-allow 'https://evil.example/*' lets it through`,
      `POST ${url} is refused; --http-method 'POST' lets it through`,
      `PUT "http://evil.example./" is refused; no rule of --http-allow can let it through`,
      `BAN ${url} is refused; --http-method 'BAN' lets it through`,
    ]);
    // Nothing is sent without the variable, whose value is not printed where there is one.
    const missing = await refused(run, await rawGuest("requests"), { ...options, httpHeaderEnv: { A: "UNSET" } }, ["GET|HTTPS|e|/"]);
    expect(missing).toEqual([
      "HTTP requests are refused; a variable of --http-header-env is not set, or its value is none of a header",
      `GET "https://e/" is refused; --http-allow 'https://e/*' lets it through`,
    ]);
  });

  test("requests that no canned response is for", limits, async () => {
    const requests = ["GET|HTTPS|api.example.com|/v1/x", "GET|HTTPS|api.example.com|", "BAN|HTTP|a|/x?y", "GET|HTTPS|a|/", "GET|ftp|a|/"];
    const url = "https://api.example.com/v1/*";
    const httpCanned = [{ method: "GET", url }];
    const missed = (asked: string): string => `${asked} is refused; an entry of --http-canned for it lets it through`;
    expect(await refused(run, await rawGuest("requests"), { httpCanned }, [...requests, ...requests])).toEqual([
      missed('GET "https://api.example.com/"'),
      missed('BAN "http://a/x?y"'),
      missed('GET "https://a/"'),
      missed('GET "a/"'),
    ]);
    const behindRules: Options = { httpCanned, httpAllow: ["https://api.example.com/*"] };
    expect(await refused(run, await rawGuest("requests"), behindRules, requests.slice(0, 2))).toEqual([
      missed('GET "https://api.example.com/"'),
    ]);
  });

  test("variables", limits, async () => {
    const guest = await adaptCommand(await cProgram("hello"));
    const told = (options: Options): Promise<readonly string[]> =>
      refused(run, guest, { stderr: "ignore", ...options }, [], false, VARIABLES);
    const ofVariables = (lines: readonly string[]): readonly string[] =>
      lines.filter((line) => line.startsWith("the host's variable ")).toSorted();
    const lines = await told(VARIABLE_RULES);
    expect(ofVariables(lines)).toEqual(VARIABLE_LINES);
    // Beside what stubs tell of.
    expect(lines).toContain("wasi:cli/stdin@0.2.12#get-stdin is denied; --stdin allow lets it through");
    expect(ofVariables(await told({ allowEnv: true, denyEnv: ["X"], renameEnv: { Y: "Z" } }))).toEqual([]);
  });

  test("what Python is refused", limits, async () => {
    const place = "wasi:random/random#get-random-bytes";
    const options: Options = {
      ...{ stdout: "allow", allowArgs: true, allowClocks: true, allowRandom: true, traceDenied: true },
      ...{ ...VARIABLE_RULES, limits: { [place]: 3 }, stdin: "allow", stderr: "ignore", tmpfs: [{ path: "/tmp" }] },
    };
    const code = "import os\nprint(sorted(os.environ), flush=True)\nfor _ in range(9): os.urandom(4)";
    const { stdout, stderr, trap } = await run(virtualized(await python(), options), { args: ["-c", code], env: VARIABLES });
    expect(stdout).toBe("['APP_A', 'DB', 'FIXED']\n");
    expect(trap).toBeDefined();
    const limit = `${place.replace("#", "@0.2.12#")} is denied after 3 calls by --limit; a higher --limit '${place}=N' lets it through`;
    const lines = stderr.split("\n").filter((line) => [limit, ...VARIABLE_LINES].includes(line));
    expect(lines.toSorted()).toEqual([...VARIABLE_LINES, limit]);
    expect(lines.at(-1)).toBe(limit);
  });

  test("outputs that end at a limit, once", limits, async () => {
    const guest = await adaptCommand(await cProgram("hello"));
    const told = async (options: Options): Promise<readonly string[]> =>
      (await refused(run, guest, { stderr: "ignore", stdin: "allow", allowEnv: true, ...options }, ["a", "b"])).filter(
        (line) => !line.includes("denied"),
      );
    expect(await told({ stdout: { limit: 5 } })).toEqual([CLOSED_OUTPUT]);
    expect(await told({ stdout: { limit: 5 }, tmpfs: [{ path: "/tmp" }], clock: { fixed: "2026-01-01T00:00:00Z" } })).toEqual([
      CLOSED_OUTPUT,
    ]);
    expect(await told({ stdout: { limit: 5000, prefix: "> " } })).toEqual([]);
    expect(await told({ stdout: { prefix: "> " } })).toEqual([]);
    const both: Options = { stdout: "allow", stderr: { limit: 7 } };
    const { stderr } = await run(virtualized(guest, { ...both, stdin: "allow", traceDenied: true, allowArgs: true, tmpfs: [] }), {
      args: [],
      env: {},
    });
    expect(stderr).toContain("standard error is closed; a higher --stderr limit:SIZE lets more through\nhello e");
  });

  test.each([["tcp:127.0.0.2:9"], ["tcp:elsewhere.example:9"]])("sockets, with the rule %s", limits, async (rule) => {
    const attempts = [
      "tcp 127.0.0.1 9",
      "tcp mapped 127.0.0.1 9",
      "udp 127.0.0.1 53",
      "listen 127.0.0.1 0",
      "look-up localhost",
      "look-up *",
    ];
    const lines = await refused(run, await rawGuest("connections"), { socketsAllow: [rule] }, attempts);
    expect(lines.map((line) => line.replace(/(127\.0\.0\.1:)\d{3,}/g, "$1PORT"))).toEqual([
      "the connection to 127.0.0.1:9 is refused; --sockets-allow 'tcp:127.0.0.1:9' lets it through",
      "a datagram to 127.0.0.1:53 is refused; --sockets-allow 'udp:127.0.0.1:53' lets it through",
      "listening at 127.0.0.1:PORT is refused; --sockets-allow 'listen:127.0.0.1:PORT' lets it through",
      `the look-up of "localhost" is refused; --sockets-allow 'tcp:localhost:PORT' lets it through`,
      // In a rule, this would be more than a name.
      'the look-up of "*" is refused; --sockets-allow takes names of hosts in ASCII, without wildcards',
    ]);
  });
});

describe.each(newestHosts)("WASI 0.3 on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(missing !== undefined, missing);
    skip(rust() === undefined, RUST_MISSING);
  });

  test("variables", limits, async () => {
    const guest = await shapedGuest("cli", { has: "both", lifted: "callback" });
    const lines = await refused(run, guest, VARIABLE_RULES, ["app", "tell"], true, VARIABLES);
    const noDirectory = "wasi:cli/environment@0.3.0#get-initial-cwd gives no working directory; --allow-cwd lets the host's through";
    expect(lines.toSorted()).toEqual([...VARIABLE_LINES, noDirectory]);
    const none = await refused(run, guest, { cwd: "/" }, ["app", "tell"], true, VARIABLES);
    expect(none).toEqual(["wasi:cli/environment@0.3.0#get-environment gives no variables; --allow-env lets the host's through"]);
  });

  test("outputs that end at a limit", limits, async () => {
    for (const has of ["0.3", "both"] as const) {
      const guest = await shapedGuest("cli", { has, lifted: "callback" });
      const output = virtualized(guest, { stdout: { limit: 5 }, stderr: "allow", allowArgs: true, traceDenied: true });
      await expectValid03(output);
      // The program ends by a trap when it cannot print.
      const { stdout, stderr } = await run(output, { args: ["tell"] });
      expect([stdout.length, stderr.split(`${CLOSED_OUTPUT}\n`).length]).toEqual([5, 2]);
    }
  });

  test.each([false, true])("files, writable: %s", limits, async (writable) => {
    const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
      kind: "directory",
      entries: new Map(Object.entries(entries)),
    });
    const file: Entry = { kind: "file", contents: Buffer.from("text") };
    const link = (target: string): Entry => ({ kind: "link", target });
    const folder = directory({ "inner.txt": file, "to-nowhere": link("../absent") });
    const entry = directory({ "greeting.txt": file, "pattern.bin": file, nothing: file, folder, "to-greeting": link("greeting.txt") });
    const options: Options = { mounts: [{ path: "/data", entry, writable }], hide: ["absent", "to-folder"] };
    const lines = await refused(run, await shapedGuest("reading"), options, ["opens", "stats"], true);
    const line = (called: string, name: string): string =>
      `${called} "/data/${name}" is refused; leaving out --hide '${name}' lets it through`;
    const told = [...["open-at", "readlink-at", "stat-at"].map((called) => line(called, "absent")), line("open-at", "to-folder")];
    expect(lines.toSorted()).toEqual(told.toSorted());
  });

  test.each<[string, Options, option: string, at: string]>([
    [
      "embedded",
      { mounts: [{ path: "/d", entry: { kind: "directory", entries: new Map([["a", { kind: "directory", entries: new Map() }]]) } }] },
      "--mount GUEST=LOCAL:rw",
      "/d/",
    ],
    ["the host's", { preopens: [{ path: "/d", host: "/given", readOnly: true }] }, "a --preopen or --file without :ro", ""],
  ])("files that are read-only: %s", limits, async (_, options, option, at) => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-refused-"));
    await mkdir(path.join(folder, "a"));
    const lines = ["m 0 b", "d 0 a", "u 0 a", "v 0 a 0 b", "y 0 a b", "i 0 1 a", "I 0", "o 1 0 0 1 66 b", "m 0 a"];
    const shared: Options = { ...options, stdin: "ignore", stdout: "allow", allowArgs: true, traceDenied: true };
    const output = virtualized(await rustGuest("tangle"), {
      ...shared,
      allowClocks: true,
      allowRandom: true,
      allowEnv: true,
      allowCwd: true,
    });
    await expectValid03(output);
    const { stdout, stderr, trap } = await run(output, { args: ["script", lines.join("\n")], preopens: { "/given": folder } });
    await rm(folder, { recursive: true });
    expect([trap, new Set(stdout.split("\n").slice(0, lines.length - 1))]).toEqual([undefined, new Set(["! 69"])]);
    const named = [
      ...[`create-directory-at "${at}b"`, `remove-directory-at "${at}a"`, `unlink-file-at "${at}a"`, `rename-at "${at}a"`],
      ...[`symlink-at "${at}b"`, `set-times-at "${at}a"`, "set-times on an open file", `open-at "${at}b"`],
    ];
    const told = stderr.split("\n").filter((line) => line.includes(" is refused; "));
    expect(told).toEqual(named.map((each) => `${each} is refused; ${option} lets it through`));
  });

  test("requests and sockets", limits, async () => {
    const guest = await rustGuest("network");
    const mounts: Options["mounts"] = [{ path: "/data/body", entry: { kind: "file", contents: Buffer.from("body") } }];
    const told = (options: Options, ...args: readonly string[]): Promise<readonly string[]> =>
      refused(run, guest, { mounts, ...options }, args, true);
    expect(await told({ httpAllow: ["http://a/*"], httpMethods: ["HEAD"] }, "get", "9")).toEqual([
      expect.stringMatching(/^\w+ "http:\/\/127\.0\.0\.1:9\/.*" is refused; --http-allow 'http:\/\/127\.0\.0\.1:9\/\*' lets it through$/),
      expect.stringMatching(/^(\w+) "http:\/\/127\.0\.0\.1:9\/.*" is refused; --http-method '\1' lets it through$/),
    ]);
    expect(await told({ httpCanned: [{ url: "http://a/*" }] }, "get", "9")).toEqual([
      expect.stringMatching(/^\w+ "http:\/\/127\.0\.0\.1:9\/.*" is refused; an entry of --http-canned for it lets it through$/),
    ]);
    const socketsAllow = ["tcp:elsewhere:1"];
    expect(await told({ socketsAllow }, "client", "9")).toEqual([
      "the connection to 127.0.0.1:9 is refused; --sockets-allow 'tcp:127.0.0.1:9' lets it through",
    ]);
    expect(await told({ socketsAllow }, "udp", "9")).toEqual([
      "a datagram to 127.0.0.1:9 is refused; --sockets-allow 'udp:127.0.0.1:9' lets it through",
    ]);
    expect(await told({ socketsAllow }, "lookup")).toEqual([
      expect.stringMatching(/^the look-up of "(.*)" is refused; --sockets-allow 'tcp:\1:PORT' lets it through$/),
    ]);
    expect(await told({ socketsAllow }, "server")).toEqual([
      expect.stringMatching(/^listening at (127\.0\.0\.1:\d+) is refused; --sockets-allow 'listen:\1' lets it through$/),
    ]);
  });
});
