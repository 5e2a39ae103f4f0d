/** Socket rules in WASI 0.3: what they let through, and calls that go on at once, end in any order and are cancelled. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../differential/random.ts";
import { LaterSockets, type Task } from "./later-sockets.ts";
import { isAllowed, randomAddress } from "./socket-reference.ts";
import { flat, mapped, type Words } from "./sockets.ts";

const OK = [0, 0, 0, 0, 0];
const DENIED = [1, 0, 0, 0, 0];
const LOOPBACK: Words = [127, 0, 0, 1];
const LINK_LOCAL: Words = [0xfe80, 0, 0, 0, 0, 0, 0, 1];

describe("a connection", () => {
  test("is made to the addresses and the port of a rule, with all that the program says", () => {
    const sockets = new LaterSockets(["tcp:10.0.0.0/9:53", "tcp:[fe80::1]:80"]);
    sockets.atOnce = (result) => sockets.adapter.view.setUint32(result, 0, true);
    expect([sockets.connectLater([10, 0, 0, 1], 53).outcome, sockets.given]).toEqual([OK, ["10 0 0 1 port 53"]]);
    expect(sockets.connectLater(mapped([10, 127, 0, 1]), 53).outcome).toEqual(OK);
    expect(sockets.connectLater(LINK_LOCAL, 80).outcome).toEqual(OK);
    expect([sockets.given, sockets.calls]).toEqual([["65152 0 0 0 0 0 0 1 port 80 flow 11259375 scope 7"], ["connect", "drop socket"]]);
    for (const [words, port] of [
      [[10, 0, 0, 1], 54],
      [[10, 128, 0, 1], 53],
      [mapped([11, 0, 0, 1]), 53],
      [[0, 0, 0, 0], 53],
    ] as const)
      expect([sockets.connectLater(words, port).outcome, sockets.calls]).toEqual([DENIED, ["drop socket"]]);
    expect(sockets.isEmpty()).toBe(true);
  });

  test("to a name's rule is made to the addresses that the name has then", () => {
    const sockets = new LaterSockets(["tcp:db.internal:5432"]);
    expect(sockets.connectLater([10, 0, 0, 8], 5432).outcome).toEqual(DENIED);
    const task = sockets.connectLater([10, 0, 0, 9], 5432);
    expect(sockets.calls).toEqual(["look up db.internal", "drop network", "drop pollable", "drop look-up", "connect"]);
    sockets.answer(task, (result) => sockets.adapter.view.setUint8(result, 0))();
    expect(task.outcome).toEqual(OK);
  });

  test("that fails says why, with the host's words", () => {
    const sockets = new LaterSockets(["tcp:*:*"]);
    const task = sockets.connectLater(LOOPBACK, 1);
    sockets.answer(task, (result) => {
      const [at, length] = sockets.adapter.lower("no luck");
      [1, 0, 0, 0, 14, 0, 0, 0, 1].forEach((byte, i) => sockets.adapter.view.setUint8(result + i, byte));
      sockets.adapter.view.setUint32(result + 12, at, true);
      sockets.adapter.view.setUint32(result + 16, length, true);
    })();
    const [isError, code, hasText, at = 0, length = 0] = task.outcome as readonly number[];
    expect([isError, code, hasText, Buffer.from(sockets.adapter.bytesAt(at, length)).toString()]).toEqual([1, 14, 1, "no luck"]);
    expect(sockets.isEmpty()).toBe(true);
  });

  test("that is cancelled is none at the host, unless it was made before", () => {
    const sockets = new LaterSockets(["tcp:*:*"]);
    const [first, second] = [sockets.connectLater(LOOPBACK, 1), sockets.connectLater(LOOPBACK, 2)];
    sockets.cancel(first);
    expect([first.outcome, second.state]).toEqual(["cancelled", "waits"]);
    sockets.whenCancelled = (result) => sockets.adapter.view.setUint8(result, 0);
    sockets.cancel(second);
    expect(second.outcome).toEqual(OK);
    expect(sockets.calls).toEqual(["connect", "cancel", "drop socket", "cancel", "drop socket"]);
    expect(sockets.isEmpty()).toBe(true);
  });
});

test("sockets are bound and listen as in WASI 0.2, and not before they are bound", () => {
  const sockets = new LaterSockets(["listen:127.0.0.1:8080"]);
  for (const name of ["tcp_socket_bind", "udp_socket_bind"]) {
    expect(sockets.sync(name, ...flat(LOOPBACK, 8080))).toBe(true);
    expect(sockets.sync(name, ...flat([0, 0, 0, 0], 0))).toBe(true);
    expect(sockets.sync(name, ...flat(LOOPBACK, 8081))).toBe(false);
    expect([sockets.sync(name, ...flat([0, 0, 0, 0], 8080)), sockets.calls]).toEqual([false, ["drop socket"]]);
  }
  expect(sockets.sync("tcp_socket_listen")).toBe(false);
  sockets.local = [LOOPBACK, 8080];
  expect([sockets.sync("tcp_socket_listen"), sockets.calls]).toEqual([true, ["listen", "drop socket"]]);
  sockets.local = [LOOPBACK, 8081];
  expect(sockets.sync("tcp_socket_listen")).toBe(false);
});

describe("datagrams", () => {
  test("are sent where a rule allows, or where the socket could connect", () => {
    const sockets = new LaterSockets(["udp:10.0.0.0/8:53"]);
    expect(sockets.sync("udp_socket_connect", ...flat([10, 1, 2, 3], 53))).toBe(true);
    expect(sockets.sync("udp_socket_connect", ...flat([11, 1, 2, 3], 53))).toBe(false);
    const tasks = [sockets.sendLater("one"), sockets.sendLater("two", [10, 1, 2, 3], 53)];
    expect(sockets.given).toEqual(["two to 10 1 2 3 port 53"]);
    expect([sockets.sendLater("three", [10, 1, 2, 3], 54).outcome, sockets.calls]).toEqual([DENIED, ["drop socket"]]);
    for (const each of tasks.toReversed()) sockets.answer(each, (result) => sockets.adapter.view.setUint8(result, 0))();
    expect(tasks.map(({ outcome }) => outcome)).toEqual([OK, OK]);
    expect(sockets.isEmpty()).toBe(true);
  });

  test("of a name go to addresses that it has had, which are remembered", () => {
    const sockets = new LaterSockets(["udp:db.internal:53"]);
    const lookUps = (): number => sockets.calls.filter((each) => each.startsWith("look up")).length;
    expect([sockets.sync("udp_socket_connect", ...flat([10, 0, 0, 9], 53)), lookUps()]).toEqual([true, 1]);
    sockets.names = {};
    expect([sockets.sync("udp_socket_connect", ...flat([10, 0, 0, 9], 53)), lookUps()]).toEqual([true, 0]);
    expect([sockets.sync("udp_socket_connect", ...flat([0xfd00, 0, 0, 0, 0, 0, 0, 9], 53)), lookUps()]).toEqual([false, 1]);
    // The address that nothing has been remembered in.
    expect(sockets.sync("udp_socket_connect", ...flat([0, 0, 0, 0, 0, 0, 0, 0], 53))).toBe(false);
  });

  test("no more addresses are remembered than there is room for", () => {
    const sockets = new LaterSockets(["udp:db.internal:53", "udp:other.internal:53"]);
    const address = (i: number): Words => [10, 0, 0, i];
    const isSent = (i: number): boolean => sockets.sync("udp_socket_connect", ...flat(address(i), 53));
    sockets.names = { "db.internal": Array.from({ length: 20 }, (_, i) => address(i)) };
    expect(Array.from({ length: 20 }, (_, i) => isSent(i))).not.toContain(false);
    sockets.names = {};
    expect(Array.from({ length: 20 }, (_, i) => isSent(i))).toEqual(Array.from({ length: 20 }, (_, i) => i >= 12));
  });

  test.each([
    ["", []],
    ["__told", ["0.0.0.0.0.0.0.0.0.0.255.255.11.0.0.1 port 53", "0.0.0.0.0.0.0.0.0.0.255.255.10.0.0.1 port 54"]],
  ])("that come in are from whom a rule is about; others are as if they had not come%s", (variant, dropped) => {
    const sockets = new LaterSockets(["udp:10.0.0.0/8:53"]);
    const task = sockets.receiveLater(variant);
    sockets.answer(task, sockets.datagram("stranger", [11, 0, 0, 1], 53))();
    expect([task.state, sockets.received.length]).toEqual(["waits", 0]);
    sockets.answer(task, sockets.datagram("other port", [10, 0, 0, 1], 54))();
    sockets.answer(task, sockets.datagram("friend", mapped([10, 0, 0, 1]), 53))();
    expect([task.state, sockets.received.map(String)]).toEqual(["over", ["friend"]]);
    expect((task.outcome as readonly number[]).slice(3)).toEqual([1, 53, 0, 0, 0, 0, 0, 0, 0xffff, 0x0a00, 1, 0]);
    expect(sockets.dropped).toEqual(dropped);
    expect(sockets.isEmpty()).toBe(true);
  });

  test.each([
    ["", 0],
    ["__told", 64],
  ])("come in from anybody where a rule lets in%s", (variant, dropped) => {
    const sockets = new LaterSockets(["listen:127.0.0.1:53"]);
    sockets.localOfUdp = [LOOPBACK, 54];
    sockets.atOnce = sockets.datagram("stranger", [11, 0, 0, 1], 1);
    const task = sockets.receiveLater(variant);
    // Others have their turn, though there is always a next one.
    expect([task.state, sockets.calls.length]).toEqual(["yields", 64]);
    sockets.localOfUdp = [LOOPBACK, 53];
    sockets.goOn(task);
    expect([task.state, sockets.received.map(String)]).toEqual(["over", ["stranger"]]);
    expect(sockets.dropped.length).toBe(dropped);
  });

  test("are cancelled while one is waited for, and between two", () => {
    const sockets = new LaterSockets(["udp:10.0.0.0/8:53"]);
    const [waiting, late] = [sockets.receiveLater(), sockets.receiveLater()] as const;
    sockets.cancel(waiting);
    sockets.atOnce = sockets.datagram("stranger", [11, 0, 0, 1], 53);
    const between = sockets.receiveLater();
    expect(between.state).toBe("yields");
    sockets.cancel(between);
    sockets.whenCancelled = sockets.datagram("stranger", [11, 0, 0, 1], 53);
    sockets.cancel(late);
    expect([waiting, between, late].map(({ outcome }) => outcome)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(sockets.isEmpty()).toBe(true);
  });
});

test("names are looked up that a rule has, at once, and the answers are handed on", () => {
  const sockets = new LaterSockets(["udp:db.internal:53", "tcp:[2001:DB8::0:1]:1"]);
  expect([sockets.resolveLater("evil.example").outcome, sockets.calls]).toEqual([DENIED, []]);
  const tasks = [sockets.resolveLater("DB.internal"), sockets.resolveLater("2001:db8::1")];
  expect(sockets.given).toEqual(["2001:db8::1"]);
  const answered = tasks.map((task) => sockets.answer(task, sockets.addresses(1)));
  for (const heard of answered.toReversed()) heard();
  expect(tasks.map(({ outcome }) => outcome?.[0])).toEqual([0, 0]);
  expect(sockets.isEmpty()).toBe(true);
});

test("10,000 calls that go on at once get the bytes that are theirs, and memory is used again", () => {
  const sockets = new LaterSockets(["udp:10.0.0.0/8:*", "listen:127.0.0.1:1", "tcp:db.internal:1"]);
  sockets.localOfUdp = [LOOPBACK, 2];
  const { pick, below, chance } = randomOf(7);
  const waiting: Task[] = [];
  const heard: [Task, string, () => void][] = [];
  // This one is never answered.
  sockets.receiveLater();
  let [largest, delivered] = [0, 0];
  for (let i = 0; i < 10_000; i++) {
    if (waiting.length < 20 && chance(0.4))
      waiting.push(
        pick([
          () => sockets.receiveLater(),
          () => sockets.sendLater(`sent ${i}`, [10, 0, 0, 1], 1),
          () => sockets.resolveLater("db.internal"),
        ])(),
      );
    if (waiting.length > 0 && chance(0.4)) {
      const [task] = waiting.splice(below(waiting.length), 1) as [Task];
      const isReceived = task.name.endsWith("receive");
      const text = `datagram ${i} `.repeat(below(20));
      const from: Words = chance(0.7) ? [10, 0, 0, 1] : [11, 0, 0, 1];
      const write = isReceived
        ? sockets.datagram(text, from, 1)
        : task.name.includes("resolve")
          ? sockets.addresses(below(4))
          : (result: number) => sockets.adapter.view.setUint8(result, 0);
      heard.push([task, isReceived && from[0] === 10 ? text : "nothing", sockets.answer(task, write)]);
    }
    // The last ones at most are heard of later.
    if (heard.length > 5 || chance(0.3)) {
      for (const [task, text, hear] of heard.splice(0)) {
        const before = sockets.received.length;
        hear();
        if (task.state === "waits") waiting.push(task);
        else if (text !== "nothing") {
          expect([before + 1, String(sockets.received.at(-1))]).toEqual([sockets.received.length, text]);
          delivered++;
        }
      }
    }
    if (chance(0.02) && waiting.length > 0) sockets.cancel(waiting.splice(waiting.indexOf(pick(waiting)), 1)[0] as Task);
    largest = Math.max(largest, (sockets.adapter.arena.value - sockets.adapter.arenaBase.value) >>> 0);
  }
  expect(delivered).toBeGreaterThan(1000);
  expect(largest).toBeLessThan(20_000);
});

test("100,000 addresses by chance are allowed in WASI 0.3 where numbers say so", () => {
  const rules = [
    ...["tcp:10.0.0.0/8:53", "tcp:192.168.1.128/25:80", "tcp:[2001:db8::]/33:80", "udp:0.0.0.0/1:53", "udp:[fe80::]/10:*"],
    ...["udp:8.8.8.8:*", "listen:10.64.0.0/10:*", "listen:[::1]:53", "listen:1.2.3.4:80"],
  ];
  const sockets = new LaterSockets(rules);
  const random = randomOf(5);
  sockets.atOnce = (result) => sockets.adapter.view.setUint32(result, 0, true);
  const isDone = ({ outcome }: Task): boolean => outcome?.[0] === 0;
  const deeds: readonly (readonly [string, (words: Words, port: number) => boolean])[] = [
    ["tcp", (words, port) => isDone(sockets.connectLater(words, port))],
    ["udp", (words, port) => isDone(sockets.sendLater("", words, port))],
    ["udp", (words, port) => sockets.sync("udp_socket_connect", ...flat(words, port))],
    ["udp", (words, port) => sockets.receive([words, port]).length === 1],
    ["listen", (words, port) => sockets.sync("tcp_socket_bind", ...flat(words, port))],
    ["listen", (words, port) => sockets.sync("udp_socket_bind", ...flat(words, port))],
    [
      "listen",
      (words, port) => {
        sockets.local = [words, port];
        return sockets.sync("tcp_socket_listen");
      },
    ],
  ];
  const allowed = new Map<string, number>();
  for (let i = 0; i < 100_000; i++) {
    const [[kind, deed], words, port] = [random.pick(deeds), randomAddress(random), random.pick([53, 80, 81])];
    // In 0.2, anybody is heard where somebody may come in.
    const isMeant = deed === deeds[3]?.[1] || isAllowed(rules, kind, words, port);
    if (deed(words, port) !== isMeant) throw new Error(`${kind} ${words.join(" ")} port ${port}`);
    if (isMeant) allowed.set(kind, (allowed.get(kind) ?? 0) + 1);
  }
  expect(["tcp", "udp", "listen"].map((kind) => (allowed.get(kind) ?? 0) > 1000)).toEqual([true, true, true]);
});
