// Sockets beside the file /data/body. The first argument says what to do, the second is a port of 127.0.0.1:
// "client" sends the file to a TCP server and takes back what comes, "server" echoes three TCP connections after
// it has sent the file's first 16 bytes, "udp" exchanges the file's beginning in datagrams of the third argument's
// length, as many as the fourth says, "polls" polls everything that there is, "denied" asks for sockets in vain.

import { getArguments } from "wasi:cli/environment@0.2.12";
import { getStdin } from "wasi:cli/stdin@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { now, subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { poll } from "wasi:io/poll@0.2.12";
import { instanceNetwork } from "wasi:sockets/instance-network@0.2.12";
import { createTcpSocket } from "wasi:sockets/tcp-create-socket@0.2.12";
import { createUdpSocket } from "wasi:sockets/udp-create-socket@0.2.12";

// componentize-js forgets to declare the class of a resource without methods. Its glue has a global scope of its own.
const glue = instanceNetwork.constructor("return globalThis")();
glue["import_network_0_2_12$Network"] = function Network() {};

const SECOND = 1_000_000_000n;
const CHUNK = 65536n;

const print = (...words) => getStdout().blockingWriteAndFlush(new TextEncoder().encode(`${words.join(" ")}\n`));
const loopback = (port) => ({ tag: "ipv4", val: { port, address: [127, 0, 0, 1] } });

function openBody() {
  const [[directory]] = getDirectories();
  return directory.openAt({}, "body", {}, { read: true });
}

/** Calls `finish` whenever the socket is ready, until it does not say that it would block. */
function whenReady(socket, finish) {
  for (;;) {
    try {
      return finish();
    } catch (error) {
      if (error.payload !== "would-block") throw error;
      const ready = socket.subscribe();
      ready.block();
      ready[Symbol.dispose]();
    }
  }
}

function waitFor(...streams) {
  const pollables = streams.map((stream) => stream.subscribe());
  const ready = [...poll(pollables)];
  for (const each of pollables) each[Symbol.dispose]();
  return ready;
}

function connect(port) {
  const socket = createTcpSocket("ipv4");
  socket.startConnect(instanceNetwork(), loopback(port));
  const [input, output] = whenReady(socket, () => socket.finishConnect());
  return { socket, input, output };
}

function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Sends and receives at the same time: nobody waits for a peer that waits for us. */
function client(port) {
  const file = openBody();
  const [expected] = file.read(file.stat().size, 0n);
  const source = file.readViaStream(0n);
  const { socket, input, output } = connect(port);
  const received = new Uint8Array(expected.length);
  let length = 0;
  let sent = 0;
  while (length < expected.length) {
    const ready = sent < expected.length ? waitFor(input, output) : waitFor(input);
    if (ready.includes(0)) {
      const chunk = input.read(CHUNK);
      received.set(chunk, length);
      length += chunk.length;
    }
    if (ready.includes(1)) sent += Number(output.splice(source, CHUNK));
  }
  socket.shutdown("both");
  print("sent", sent, "received", length, same(received, expected));
}

function server() {
  const listener = createTcpSocket("ipv4");
  listener.startBind(instanceNetwork(), loopback(0));
  whenReady(listener, () => listener.finishBind());
  listener.startListen();
  whenReady(listener, () => listener.finishListen());
  print("listening on", listener.localAddress().val.port);
  for (let i = 0; i < 3; i++) {
    const [socket, input, output] = whenReady(listener, () => listener.accept());
    output.blockingSplice(openBody().readViaStream(0n), 16n);
    let length = 0;
    try {
      for (;;) length += Number(output.blockingSplice(input, CHUNK));
    } catch (error) {
      if (error.payload?.tag !== "closed") throw error;
    }
    output.blockingFlush();
    socket.shutdown("send");
    print("echoed", length);
  }
}

function udp(port, length, count) {
  const file = openBody();
  const socket = createUdpSocket("ipv4");
  socket.startBind(instanceNetwork(), loopback(0));
  whenReady(socket, () => socket.finishBind());
  let exchanged = 0;
  let intact = 0;
  for (const remote of [undefined, loopback(port)]) {
    const [incoming, outgoing] = socket.stream(remote);
    for (let i = 0; i < count; i++) {
      const [data] = file.read(BigInt(length), BigInt(i * length));
      while (outgoing.checkSend() === 0n) waitFor(outgoing);
      outgoing.send([{ data, remoteAddress: remote === undefined ? loopback(port) : undefined }]);
      let answers = [];
      while (answers.length === 0) {
        waitFor(incoming);
        answers = incoming.receive(1n);
      }
      const [{ data: answer, remoteAddress }] = answers;
      if (same(answer, data) && remoteAddress.val.port === port) intact++;
      exchanged++;
    }
    incoming[Symbol.dispose]();
    outgoing[Symbol.dispose]();
  }
  print("exchanged", exchanged, "intact", intact);
}

function polls(port) {
  const say = (name, duration, streams) => {
    const start = now();
    const pollables = [subscribeDuration(duration), ...streams.map((stream) => stream.subscribe())];
    const ready = [...poll(pollables)];
    const waited = now() - start;
    for (const each of pollables) each[Symbol.dispose]();
    print(`${name}: [${ready}] ${waited >= duration ? "after the timer" : "before the timer"}`);
  };
  const file = openBody().readViaStream(0n);
  const stdin = getStdin();
  const { input, output } = connect(port);
  say("timer, silent socket, silent stdin, file", 600n * SECOND, [input, stdin, file]);
  say("timer, silent socket, silent stdin", (3n * SECOND) / 10n, [input, stdin]);
  say("timer, silent stdin, file", 600n * SECOND, [stdin, file]);
  say("timer, silent stdin", (3n * SECOND) / 10n, [stdin]);
  output.blockingWriteAndFlush(Uint8Array.of(1));
  say("timer, answering socket, silent stdin", 600n * SECOND, [input, stdin]);
  print("socket says", new TextDecoder().decode(input.read(CHUNK)));
  // Wasmtime finds out that a socket is silent again only when it finds nothing to read.
  print("and then", input.read(CHUNK).length, "bytes");
  print("speak");
  say("timer, silent socket, speaking stdin", 600n * SECOND, [input, stdin]);
  print("stdin says", new TextDecoder().decode(stdin.read(CHUNK)));
}

function denied() {
  for (const create of [createTcpSocket, createUdpSocket]) {
    try {
      create("ipv4");
      print("created");
    } catch (error) {
      print(error.payload);
    }
  }
}

export const run = {
  run() {
    const [, action, ...numbers] = getArguments();
    try {
      ({ client, server, udp, polls, denied })[action](...numbers.map(Number));
    } catch (error) {
      console.error(error.payload ?? error.stack);
      throw error;
    }
  },
};
