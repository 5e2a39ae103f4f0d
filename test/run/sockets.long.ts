/**
 * Sockets of the host beside embedded files and virtual streams, over loopback: TCP both ways, UDP, and polls
 * that hold a socket, a timer, stdin and a file. The other side is this process; ports are what the system gives.
 */

import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, type Host, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { BODY, echoServer, optionsWith, portOf, socketsProgram } from "./sockets.ts";

const DATAGRAM = 1200;
const DATAGRAM_COUNT = 25;

const hosts: readonly Host[] = [
  { name: "jco", available: true, run: runOnJco },
  { name: "Wasmtime", available: wasmtimeCli() !== undefined, run: runOnWasmtimeCli },
];

/** With one memory only, jco copies the body byte by byte: all of it is sent once. */
const bodyOn = (name: string): Uint8Array => BODY.subarray(0, name === "jco" ? 300_005 : BODY.length);

let program: Uint8Array;
let echo: Server;
let onRequest: Server;
let datagrams: UdpSocket;

beforeAll(async () => {
  echo = echoServer();
  // Says nothing until it is spoken to.
  onRequest = createServer((socket) => socket.once("data", () => socket.write("hello"))).listen(0, "127.0.0.1");
  datagrams = createSocket("udp4", (message, { port, address }) => datagrams.send(message, port, address));
  datagrams.bind(0, "127.0.0.1");
  await Promise.all([once(echo, "listening"), once(onRequest, "listening"), once(datagrams, "listening")]);
  program = await socketsProgram();
}, BUILD_MILLISECONDS);

afterAll(() => {
  echo.close();
  onRequest.close();
  datagrams.close();
});

/** Sends `body` and gives all that comes back. */
async function speakTo(port: number, body: Uint8Array): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  socket.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe.each(hosts)("on $name", ({ available, run, name }) => {
  const limits = { timeout: RUN_MILLISECONDS };
  const body = bodyOn(name);
  let output: Uint8Array;
  beforeAll(() => {
    output = virtualized(program, optionsWith(body));
  });

  test("a TCP client sends an embedded file and takes it back", limits, async ({ skip }) => {
    skip(!available, WASMTIME_CLI_MISSING);
    const { stdout, stderr, trap } = await run(output, { args: ["client", portOf(echo)], timeoutMilliseconds: 60_000 });
    expect({ stdout, stderr, trap }).toEqual({ stdout: `sent ${body.length} received ${body.length} true\n`, stderr: "" });
  });

  test("a TCP server greets with an embedded file and echoes one connection after another", limits, async ({ skip }) => {
    skip(!available, WASMTIME_CLI_MISSING);
    skip(name === "jco", "preview2-shim cannot shut down one direction of a socket");
    const bodies = [BODY, new Uint8Array(), BODY.subarray(0, 1000)];
    let answers: Promise<Buffer[]> | undefined;
    const converse = (stdout: string): void => {
      const port = /^listening on (\d+)$/m.exec(stdout)?.[1];
      if (port !== undefined) answers ??= Promise.all(bodies.map((body) => speakTo(Number(port), body)));
    };
    const { stdout, stderr, trap } = await run(output, { args: ["server"], converse, timeoutMilliseconds: 60_000 });
    expect({ stderr, trap }).toEqual({ stderr: "" });
    const lengths = stdout.split("\n").slice(1, -1);
    expect(lengths.toSorted()).toEqual(bodies.map(({ length }) => `echoed ${length}`).toSorted());
    const received = (await answers) ?? [];
    expect(received.length).toBe(bodies.length);
    for (const [i, answer] of received.entries()) {
      expect(Buffer.compare(answer, Buffer.concat([BODY.subarray(0, 16), bodies[i] ?? new Uint8Array()]))).toBe(0);
    }
  });

  test("datagrams come and go, connected and not", limits, async ({ skip }) => {
    skip(!available, WASMTIME_CLI_MISSING);
    const { port } = datagrams.address();
    const { stdout, stderr, trap } = await run(output, {
      args: ["udp", String(port), String(DATAGRAM), String(DATAGRAM_COUNT)],
      timeoutMilliseconds: 60_000,
    });
    const count = 2 * DATAGRAM_COUNT;
    expect({ stdout, stderr, trap }).toEqual({ stdout: `exchanged ${count} intact ${count}\n`, stderr: "" });
  });

  test("a poll gives exactly what is ready of a timer, a socket, an open stdin and a file", limits, async ({ skip }) => {
    skip(!available, WASMTIME_CLI_MISSING);
    let spoken = false;
    const { stdout, stderr, trap } = await run(output, {
      args: ["polls", portOf(onRequest)],
      timeoutMilliseconds: 60_000,
      converse: (soFar, stdin) => {
        if (spoken || !soFar.includes("speak\n")) return;
        spoken = true;
        stdin.write("at last");
      },
    });
    expect({ stdout, stderr, trap }).toEqual({
      stdout: `timer, silent socket, silent stdin, file: [3] before the timer
timer, silent socket, silent stdin: [0] after the timer
timer, silent stdin, file: [2] before the timer
timer, silent stdin: [0] after the timer
timer, answering socket, silent stdin: [1] before the timer
socket says hello
and then 0 bytes
speak
timer, silent socket, speaking stdin: [2] before the timer
stdin says at last
`,
      stderr: "",
    });
  });

  test("denied sockets are errors", limits, async ({ skip }) => {
    skip(!available, WASMTIME_CLI_MISSING);
    const refused = virtualized(program, { ...optionsWith(body), allowSockets: false });
    const { stdout, stderr, trap } = await run(refused, { args: ["denied"] });
    expect({ stdout, stderr, trap }).toEqual({ stdout: "access-denied\naccess-denied\n", stderr: "" });
  });
});

test("a TCP client sends an embedded file of megabytes and takes it back on jco", { timeout: BUILD_MILLISECONDS }, async () => {
  const echo = echoServer();
  try {
    await once(echo, "listening");
    const output = virtualized(await socketsProgram(), optionsWith(BODY));
    const { stdout, stderr, trap } = await runOnJco(output, { args: ["client", portOf(echo)], timeoutMilliseconds: 60_000 });
    expect({ stdout, stderr, trap }).toEqual({ stdout: `sent ${BODY.length} received ${BODY.length} true\n`, stderr: "" });
  } finally {
    echo.close();
  }
});
