/**
 * Real programs behind socket rules, over loopback: Rust's standard library, and a client of TLS whose certificate of an authority is
 * embedded, and whose clock stands still.
 */
import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, talk } from "../guests/rust.ts";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtimeCli, wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, expectValid, type Host, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const DAYS = 30;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const LINE = "hello\n";

let program: Uint8Array;
let authority: Uint8Array;
let tcp: Server;
let tls: Server;
let udp: Socket;
let ports: Readonly<Record<"tcp" | "tls" | "udp", number>>;

/** An authority, and a certificate of it for `localhost`, from now on for 30 days. */
async function certificates(): Promise<{ readonly authority: Buffer; readonly cert: Buffer; readonly key: Buffer }> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-tls-"));
  try {
    const openssl = (...args: readonly string[]): Promise<unknown> => promisify(execFile)("openssl", args, { cwd: folder });
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", String(DAYS), "-subj", "/CN=Test authority");
    await openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
    await writeFile(path.join(folder, "names"), "subjectAltName=DNS:localhost\n");
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(DAYS), "-extfile", "names"];
    await openssl("x509", "-req", "-in", "server.csr", "-out", "server.pem", ...signed);
    const [ca, cert, key] = await Promise.all(["ca.pem", "server.pem", "server.key"].map((file) => readFile(path.join(folder, file))));
    return { authority: ca ?? Buffer.of(), cert: cert ?? Buffer.of(), key: key ?? Buffer.of() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  if (rust() === undefined) return;
  const made = await certificates();
  authority = made.authority;
  const answer = (socket: NodeJS.ReadWriteStream): void => {
    socket.on("error", () => undefined);
    socket.once("data", (data: Buffer) => socket.end(`got ${data.toString()}`));
  };
  tcp = createTcpServer(answer).listen(0, "127.0.0.1");
  tls = createTlsServer({ cert: made.cert, key: made.key, minVersion: "TLSv1.3" }, answer).listen(0, "127.0.0.1");
  udp = createSocket("udp4", (message, { port, address }) => udp.send(`got ${message.toString()}`, port, address)).bind(0, "127.0.0.1");
  await Promise.all([tcp, tls, udp].map((each) => once(each, "listening")));
  const portOf = (each: Server | Socket): number => (each.address() as AddressInfo).port;
  ports = { tcp: portOf(tcp), tls: portOf(tls), udp: portOf(udp) };
  program = await talk();
}, BUILD_MILLISECONDS);
afterAll(() => {
  tcp?.close();
  tls?.close();
  udp?.close();
});
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };

const hosts: readonly Host[] = [
  { name: "jco", available: true, run: runOnJco },
  {
    name: "Wasmtime",
    available: wasmtimeCli() !== undefined,
    run: (component, options) => runOnWasmtimeCli(component, { ...options, flags: ["-S", "allow-ip-name-lookup"] }),
  },
];

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_CLI_MISSING));

  const outputOf = async (options: Options): Promise<Uint8Array> => {
    const output = virtualized(program, { stdout: "allow", stderr: "allow", allowArgs: true, ...options });
    await expectValid(output);
    return output;
  };
  const lines = async (options: Options, ...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr, trap } = await run(await outputOf(options), { args });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout.split("\n").slice(0, -1);
  };
  const denied = expect.stringMatching(/PermissionDenied/);

  test("Rust's TcpStream and UdpSocket talk with whom a rule names, by a name or an address", limits, async () => {
    const socketsAllow = [`tcp:localhost:${ports.tcp}`, `udp:127.0.0.1:${ports.udp}`];
    expect(
      await lines(
        { socketsAllow },
        ...[`tcp localhost:${ports.tcp}`, `tcp 127.0.0.1:${ports.tcp}`, `tcp localhost:${ports.tls}`, `tcp 127.0.0.2:${ports.tcp}`],
        ...[`udp 127.0.0.1:${ports.udp}`, `udp 127.0.0.1:${ports.tcp}`, "tcp example.com:80", "listen 127.0.0.1:0"],
      ),
    ).toEqual([
      ...["tcp: got hello", "tcp: got hello", denied, denied, "udp: got hello, got hello", denied],
      expect.stringMatching(/^tcp: (?!got)/),
      denied,
    ]);
  });

  test("datagrams go to a name of a rule", limits, async () => {
    const socketsAllow = [`udp:localhost:${ports.udp}`];
    expect(await lines({ socketsAllow }, `udp 127.0.0.1:${ports.udp}`, `udp 127.0.0.2:${ports.udp}`)).toEqual([
      "udp: got hello, got hello",
      denied,
    ]);
  });

  test("Rust's TcpListener lets in where a rule says so", limits, async () => {
    let answer: Promise<string> | undefined;
    const converse = (stdout: string): void => {
      const port = /^listening on (\d+)$/m.exec(stdout)?.[1];
      if (port !== undefined) answer ??= greet(Number(port));
    };
    const output = await outputOf({ socketsAllow: ["listen:127.0.0.1:*"] });
    const { stdout, stderr, trap } = await run(output, { args: ["listen 127.0.0.1:0"], converse });
    expect([stdout.split("\n").slice(1, -1), stderr, trap, await answer]).toEqual([["listen: hello"], "", undefined, LINE]);
  });

  /** What the program has of the world but sockets. */
  const world = (days: number, random: Options): Options => ({
    socketsAllow: [`tcp:localhost:${ports.tls}`],
    mounts: [{ path: "/etc/ca.pem", entry: { kind: "file", contents: authority } }],
    clock: { fixed: `${new Date(Date.now() + days * DAY_MILLISECONDS).toISOString().slice(0, 19)}Z` },
    ...random,
  });

  test.each([
    ["the host", { allowRandom: true }],
    ["a seed", { random: { seed: "handshake" } }],
  ] as const)(
    "a handshake of TLS is made with an embedded authority and a clock that stands in its life, with random bytes of %s",
    limits,
    async (_, random) => {
      expect(await lines(world(1, random), `tls localhost:${ports.tls}`)).toEqual(["tls: got hello"]);
    },
  );

  test.each([
    [-1, "not ?valid ?yet"],
    [DAYS + 1, "expired"],
  ] as const)("it fails where the clock stands %i days from now", limits, async (days, why) => {
    expect(await lines(world(days, { allowRandom: true }), `tls localhost:${ports.tls}`)).toEqual([
      expect.stringMatching(new RegExp(`^tls: InvalidData invalid peer certificate: .*${why}`, "i")),
    ]);
  });
});

function greet(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (data) => resolve(data.toString())).on("error", reject);
    socket.write(LINE);
  });
}
