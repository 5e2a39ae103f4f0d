/** Sockets behind rules, over loopback: whom a rule allows is spoken with, and nobody else, though he listens. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtimeCli, wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let guest: Uint8Array;
let server: Server;
let other: Server;
let datagrams: Socket;
let ports: Readonly<Record<"tcp" | "other" | "udp", number>>;
let connections = 0;
let received = 0;

beforeAll(async () => {
  guest = await rawGuest("connections");
  const count = (): Server => createServer((socket) => void (connections++, socket.end())).listen(0, "127.0.0.1");
  server = count();
  other = count();
  datagrams = createSocket("udp4", () => received++).bind(0, "127.0.0.1");
  await Promise.all([server, other, datagrams].map((each) => once(each, "listening")));
  const portOf = (each: Server | Socket): number => (each.address() as AddressInfo).port;
  ports = { tcp: portOf(server), other: portOf(other), udp: portOf(datagrams) };
}, BUILD_MILLISECONDS);
afterAll(() => {
  server.close();
  other.close();
  datagrams.close();
});

const limits = { timeout: RUN_MILLISECONDS };

describe.each([
  { name: "jco", missing: undefined, run: runOnJco },
  {
    name: "Wasmtime",
    missing: wasmtimeCli() === undefined ? WASMTIME_CLI_MISSING : undefined,
    run: (component: Uint8Array, options: { readonly args: readonly string[] }) =>
      runOnWasmtimeCli(component, { ...options, flags: ["-S", "allow-ip-name-lookup"] }),
  },
])("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(missing !== undefined, missing);
    [connections, received] = [0, 0];
  });

  const outcomes = async (options: Options, args: readonly string[]): Promise<readonly string[]> => {
    const output = virtualized(guest, { stdout: "allow", allowArgs: true, ...options });
    await expectValid(output);
    const { stdout, stderr, trap } = await run(output, { args });
    expect([stderr, trap]).toEqual(["", undefined]);
    return stdout.split("\n").slice(0, -1);
  };

  test("connections are made, let in, and datagrams sent where a rule says so, and nowhere else", limits, async () => {
    const { tcp, other: elsewhere, udp } = ports;
    const rules = [`tcp:127.0.0.0/8:${tcp}`, `udp:127.0.0.1:${udp}`, "listen:127.0.0.1:*"];
    expect(
      await outcomes({ socketsAllow: rules }, [
        `tcp 127.0.0.1 ${tcp}`,
        `tcp 127.0.0.1 ${elsewhere}`,
        `tcp mapped 127.0.0.1 ${elsewhere}`,
        `tcp 0.0.0.0 ${tcp}`,
        `udp 127.0.0.1 ${udp}`,
        `udp 127.0.0.1 ${tcp}`,
        "listen 127.0.0.1 0",
        "listen 0.0.0.0 0",
        "look-up localhost",
      ]),
    ).toEqual(["ok", "connect 1", "connect 1", "connect 1", "ok, ok", "send 1, stream 1", "ok", "listen 1", "look-up 1"]);
    // What was sent may not have come yet.
    await expect.poll(() => [connections, received]).toEqual([1, 2]);
  });

  test("a name may be looked up that a rule has, and connected to at the addresses that it has", limits, async () => {
    const { tcp, other: elsewhere } = ports;
    const requests = [
      `tcp 127.0.0.1 ${tcp}`,
      `tcp 127.0.0.2 ${tcp}`,
      `tcp 127.0.0.1 ${elsewhere}`,
      "look-up localhost",
      "look-up example.com",
    ];
    expect(await outcomes({ socketsAllow: [`tcp:localhost:${tcp}`] }, requests)).toEqual([
      "ok",
      "connect 1",
      "connect 1",
      "ok",
      "look-up 1",
    ]);
    expect(connections).toBe(1);
  });

  test("a denied import stays denied", limits, async () => {
    const options = { socketsAllow: ["tcp:*:*"], denyImports: ["wasi:sockets/tcp"] };
    expect(await outcomes(options, [`tcp 127.0.0.1 ${ports.tcp}`])).toEqual(["create 1"]);
    expect(connections).toBe(0);
  });
});
