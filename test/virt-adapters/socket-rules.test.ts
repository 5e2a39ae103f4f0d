/** Which addresses and names socket rules let through, as numbers: the tricks by name, and then many by chance beside a reference. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../differential/random.ts";
import { isAllowed, randomAddress } from "./socket-reference.ts";
import { mapped, Sockets, type Words } from "./sockets.ts";

describe("a connection", () => {
  test("is made to the addresses and the port of a rule, in either family", () => {
    const sockets = new Sockets(["tcp:10.0.0.0/9:53", "tcp:[2001:db8::1]:80", "tcp:192.168.1.1:*"]);
    for (const form of [(words: Words) => words, mapped]) {
      expect([10, 10, 10, 9, 11].map((a, i) => sockets.connect(form([a, [0, 127, 128, 0, 0][i] ?? 0, 0, 1]), 53))).toEqual([
        ...[true, true, false, false, false],
      ]);
      expect([80, 1, 65535].map((port) => sockets.connect(form([192, 168, 1, 1]), port))).toEqual([true, true, true]);
      expect(sockets.connect(form([10, 0, 0, 1]), 54)).toBe(false);
    }
    expect(sockets.connect([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 80)).toBe(true);
    expect(sockets.calls).toEqual(["connect", "drop socket", "drop network"]);
    expect(sockets.connect([0x2001, 0xdb8, 0, 0, 0, 0, 0, 2], 80)).toBe(false);
    expect(sockets.calls).toEqual(["drop socket", "drop network"]);
    // Neither IPv4-compatible nor translated addresses are those of IPv4.
    expect(sockets.connect([0, 0, 0, 0, 0, 0, 0x0a00, 1], 53)).toBe(false);
    expect(sockets.connect([0x64, 0xff9b, 0, 0, 0, 0, 0x0a00, 1], 53)).toBe(false);
    expect(sockets.connect([0, 0, 0, 0, 0xffff, 0, 0x0a00, 1], 53)).toBe(false);
  });

  test("of all addresses of IPv4 leaves out IPv6, and `*` nothing", () => {
    expect(new Sockets(["tcp:0.0.0.0/0:1"]).connect([0xfd00, 0, 0, 0, 0, 0, 0, 1], 1)).toBe(false);
    expect(new Sockets(["tcp:0.0.0.0/0:1"]).connect(mapped([1, 2, 3, 4]), 1)).toBe(true);
    expect(new Sockets(["tcp:*:1"]).connect([0xfd00, 0, 0, 0, 0, 0, 0, 1], 1)).toBe(true);
  });

  test("to a name's rule is made to the addresses that the name has then, and to no other", () => {
    const sockets = new Sockets(["tcp:DB.internal:5432", "tcp:gone.internal:5432"]);
    expect(sockets.connect([10, 0, 0, 9], 5432)).toBe(true);
    expect(sockets.calls).toEqual([
      "look up db.internal",
      "drop network",
      "drop pollable",
      "drop look-up",
      "connect",
      "drop socket",
      "drop network",
    ]);
    expect(sockets.connect([0xfd00, 0, 0, 0, 0, 0, 0, 9], 5432)).toBe(true);
    expect(sockets.connect([10, 0, 0, 8], 5432)).toBe(false);
    expect(sockets.calls.filter((each) => each.startsWith("look up"))).toEqual(["look up db.internal", "look up gone.internal"]);
    expect(sockets.calls).not.toContain("connect");
    // The port is asked first: nothing is looked up for others.
    expect(sockets.connect([10, 0, 0, 9], 5433)).toBe(false);
    expect(sockets.calls).toEqual(["drop socket", "drop network"]);
  });

  test("is no datagram, and nobody comes in by its rule", () => {
    const sockets = new Sockets(["tcp:*:*"]);
    expect([sockets.stream([1, 1, 1, 1], 1), sockets.send([[1, 1, 1, 1], 1]), sockets.listen([127, 0, 0, 1], 80)]).toEqual([
      ...[false, false, false],
    ]);
  });
});

describe("what comes in", () => {
  const sockets = new Sockets(["listen:127.0.0.1:8080", "listen:[::1]:*"]);

  test("is let in at the address that the socket has", () => {
    expect(sockets.listen([127, 0, 0, 1], 8080)).toBe(true);
    expect(sockets.listen(mapped([127, 0, 0, 1]), 8080)).toBe(true);
    expect(sockets.listen([0, 0, 0, 0, 0, 0, 0, 1], 4711)).toBe(true);
    expect(sockets.listen([0, 0, 0, 0], 8080)).toBe(false);
    expect(sockets.listen([0, 0, 0, 0, 0, 0, 0, 0], 8080)).toBe(false);
    expect(sockets.listen([127, 0, 0, 1], 8081)).toBe(false);
    expect(sockets.calls).toEqual(["drop socket"]);
    // Whoever has no address yet.
    expect(sockets.listen()).toBe(false);
  });

  test.each(["tcp", "udp"] as const)("a socket is bound there, or where the host likes (%s)", (kind) => {
    expect(sockets.bind([127, 0, 0, 1], 8080, kind)).toBe(true);
    expect(sockets.bind([0, 0, 0, 0], 0, kind)).toBe(true);
    expect(sockets.bind([0, 0, 0, 0], 8080, kind)).toBe(false);
    expect(sockets.bind([127, 0, 0, 1], 22, kind)).toBe(false);
    expect(sockets.calls).toEqual(["drop socket", "drop network"]);
  });
});

describe("datagrams", () => {
  const sockets = new Sockets(["udp:10.0.0.0/8:53"]);

  test("are sent where a rule allows, each of a list", () => {
    expect(sockets.send([[10, 1, 2, 3], 53], undefined, [mapped([10, 0, 0, 1]), 53])).toBe(true);
    expect(sockets.calls).toEqual(["send", "drop outgoing"]);
    expect(sockets.send([[10, 1, 2, 3], 53], [[11, 0, 0, 1], 53])).toBe(false);
    expect(sockets.send([[10, 1, 2, 3], 53], [[10, 0, 0, 1], 54])).toBe(false);
    expect(sockets.calls).toEqual(["drop outgoing"]);
  });

  test("of a stream go where it may lead", () => {
    expect([sockets.stream(), sockets.stream([10, 0, 0, 1], 53), sockets.stream([8, 8, 8, 8], 53)]).toEqual([true, true, false]);
  });

  test("that come in are those that a rule is about", () => {
    const stranger: readonly [Words, number] = [[11, 0, 0, 1], 53];
    expect(sockets.receive([[10, 0, 0, 1], 53], stranger, [[10, 0, 0, 1], 54], [mapped([10, 0, 0, 2]), 53])).toEqual([
      ...["10 0 0 1 port 53", "0 0 0 0 0 65535 2560 2 port 53"],
    ]);
    const other = "0.0.0.0.0.0.0.0.0.0.255.255.10.0.0.1 port 54";
    const strange = "0.0.0.0.0.0.0.0.0.0.255.255.11.0.0.1 port 53";
    expect(sockets.dropped).toEqual([strange, other]);
    expect([sockets.calls, sockets.receive(stranger), sockets.receive()]).toEqual([["drop incoming"], [], []]);
  });

  test("that come in are all of them where somebody may come in", () => {
    expect(new Sockets(["udp:10.0.0.0/8:53", "listen:127.0.0.1:1"]).receive([[11, 0, 0, 1], 53])).toEqual(["11 0 0 1 port 53"]);
  });

  test("of a name go and come where it has an address, which is remembered", () => {
    const named = new Sockets(["udp:db.internal:53"]);
    expect([named.send([[10, 0, 0, 9], 53]), named.calls[0]]).toEqual([true, "look up db.internal"]);
    expect([named.stream([10, 0, 0, 9], 53), named.calls]).toEqual([true, ["stream", "drop socket"]]);
    expect([named.stream([10, 0, 0, 8], 53), named.send([[10, 0, 0, 9], 54]), named.connect([10, 0, 0, 9], 53)]).toEqual([
      false,
      false,
      false,
    ]);
    named.names = {};
    expect(named.receive([[10, 0, 0, 9], 53], [[0xfd00, 0, 0, 0, 0, 0, 0, 9], 53], [[10, 0, 0, 9], 54])).toEqual(["10 0 0 9 port 53"]);
    expect(named.calls.filter((each) => each.startsWith("look up"))).toEqual(["look up db.internal"]);
  });

  test("are no connections", () => {
    expect(sockets.connect([10, 0, 0, 1], 53)).toBe(false);
  });
});

test("names are looked up that a rule has, whatever the case of their letters", () => {
  const sockets = new Sockets([
    "tcp:db.internal:5432",
    "udp:10.0.0.1:53",
    "tcp:[2001:DB8::0:1]:1",
    "tcp:10.0.0.0/8:1",
    "listen:127.0.0.1:1",
  ]);
  const names = ["db.internal", "DB.Internal", "10.0.0.1", "2001:db8::1"];
  expect(names.map((name) => sockets.lookUp(name))).toEqual([true, true, true, true]);
  const others = [
    "",
    "db",
    "db.internal.",
    "xdb.internal",
    "db.internal.evil",
    "db.internal\0",
    "127.0.0.1",
    "10.0.0.2",
    "10.0.0.0",
    "ｄb.internal",
  ];
  expect(others.map((name) => sockets.lookUp(name))).toEqual(others.map(() => false));
  expect(sockets.calls).toEqual(["drop network"]);
});

test("100,000 addresses by chance are allowed where numbers say so", () => {
  const rules = [
    ...[
      "tcp:10.0.0.0/8:53",
      "tcp:10.64.0.0/10:*",
      "tcp:192.168.1.128/25:80",
      "tcp:1.2.3.4:80",
      "tcp:[2001:db8::]/33:80",
      "tcp:[fd00::1]:80",
    ],
    ...["udp:0.0.0.0/1:53", "udp:[::ffff:0:0]/96:80", "udp:[fe80::]/10:*", "udp:[::1]:53", "udp:8.8.8.8:*"],
  ];
  const sockets = new Sockets(rules);
  const random = randomOf(3);
  let allowed = 0;
  for (let i = 0; i < 100_000; i++) {
    const [kind, words, port] = [random.pick(["tcp", "udp"]), randomAddress(random), random.pick([53, 80, 81])];
    const found =
      kind === "tcp" ? sockets.connect(words, port) : random.chance(0.5) ? sockets.stream(words, port) : sockets.send([words, port]);
    if (found !== isAllowed(rules, kind, words, port)) throw new Error(`${kind} ${words.join(" ")} port ${port}: ${found}`);
    if (found) allowed++;
  }
  expect(allowed).toBeGreaterThan(10_000);
});
