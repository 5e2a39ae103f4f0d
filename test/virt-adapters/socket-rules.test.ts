/** Which addresses and names socket rules let through, as numbers: the tricks by name, and then many by chance beside a reference. */
import { describe, expect, test } from "vitest";
import { socketsCore } from "../../src/adapters/prebuilt.ts";
import { socketsImage } from "../../src/adapters/sockets/image.ts";
import { parseSocketRule } from "../../src/adapters/sockets/rules.ts";
import { type Random, randomOf } from "../differential/random.ts";
import { Adapter } from "./harness.ts";

const ACCESS_DENIED = 1;
const [SOCKET, NETWORK, FOUND, POLLABLE] = [3, 4, 5, 6];
const WOULD_BLOCK = 8;

/** Eight words of IPv6, or four bytes of IPv4. */
type Words = readonly number[];

/** What a name has, as the fake host looks it up: it must be waited for first. */
const NAMES: Readonly<Record<string, readonly Words[]>> = {
  "db.internal": [
    [10, 0, 0, 9],
    [0xfd00, 0, 0, 0, 0, 0, 0, 9],
  ],
};

class Sockets {
  readonly #adapter: Adapter;
  /** Functions of the host's that changed or sent anything, and handles that were dropped. */
  calls: string[] = [];
  #local: readonly [Words, number] | undefined;
  #pending: (Words | "wait")[] = [];

  constructor(...rules: readonly string[]) {
    const done =
      (name: string) =>
      (...args: number[]) => {
        this.calls.push(name);
        this.#adapter.view.setUint8(args.at(-1) ?? 0, 0);
      };
    const drop = (name: string) => () => void this.calls.push(`drop ${name}`);
    const tcp = "wasi:sockets/tcp#";
    const udp = "wasi:sockets/udp#";
    const lookup = "wasi:sockets/ip-name-lookup#";
    this.#adapter = new Adapter(socketsCore, socketsImage(rules.map(parseSocketRule)), {
      [`${tcp}[method]tcp-socket.start-connect`]: done("connect"),
      [`${tcp}[method]tcp-socket.start-bind`]: done("bind"),
      [`${tcp}[method]tcp-socket.start-listen`]: done("listen"),
      [`${tcp}[method]tcp-socket.local-address`]: (_: number, at: number) => {
        this.#adapter.view.setUint8(at, this.#local === undefined ? 1 : 0);
        if (this.#local !== undefined) this.#store(at + 4, ...this.#local);
      },
      [`${tcp}[resource-drop]tcp-socket`]: drop("socket"),
      [`${udp}[method]udp-socket.start-bind`]: done("bind"),
      [`${udp}[method]udp-socket.stream`]: done("stream"),
      [`${udp}[method]outgoing-datagram-stream.send`]: done("send"),
      [`${udp}[resource-drop]udp-socket`]: drop("socket"),
      [`${udp}[resource-drop]outgoing-datagram-stream`]: drop("outgoing"),
      "wasi:sockets/network#[resource-drop]network": drop("network"),
      [`${lookup}resolve-addresses`]: (_network: number, name: number, length: number, at: number) => {
        const text = Buffer.from(this.#adapter.bytesAt(name, length)).toString();
        this.calls.push(`look up ${text}`);
        this.#pending = ["wait", ...(NAMES[text] ?? [])];
        this.#adapter.view.setUint8(at, 0);
        this.#adapter.view.setUint32(at + 4, FOUND, true);
      },
      [`${lookup}[method]resolve-address-stream.resolve-next-address`]: (_: number, at: number) => {
        const next = this.#pending[0];
        const isWaiting = next === "wait";
        this.#adapter.view.setUint8(at, isWaiting ? 1 : 0);
        this.#adapter.view.setUint8(at + 2, isWaiting ? WOULD_BLOCK : next === undefined ? 0 : 1);
        if (next === undefined || next === "wait") return;
        this.#pending.shift();
        this.#adapter.view.setUint8(at + 4, next.length === 4 ? 0 : 1);
        next.forEach((word, i) =>
          next.length === 4 ? this.#adapter.view.setUint8(at + 6 + i, word) : this.#adapter.view.setUint16(at + 6 + i * 2, word, true),
        );
      },
      [`${lookup}[method]resolve-address-stream.subscribe`]: () => POLLABLE,
      [`${lookup}[resource-drop]resolve-address-stream`]: drop("look-up"),
      "wasi:io/poll#[method]pollable.block": () => void this.#pending.shift(),
      "wasi:io/poll#[resource-drop]pollable": drop("pollable"),
    });
  }

  #store(at: number, words: Words, port: number): void {
    const { view } = this.#adapter;
    view.setUint8(at, words.length === 4 ? 0 : 1);
    view.setUint16(at + 4, port, true);
    words.forEach((word, i) => (words.length === 4 ? view.setUint8(at + 6 + i, word) : view.setUint16(at + 12 + i * 2, word, true)));
  }

  #call(name: string, args: readonly number[]): boolean {
    this.calls = [];
    return this.#adapter.call(name, args, (at) => {
      const isRefused = this.#adapter.view.getUint8(at) === 1;
      const { view } = this.#adapter;
      if (isRefused && [1, 4, 8].some((offset) => view.getUint8(at + offset) !== ACCESS_DENIED))
        throw new Error(`another error of ${name}`);
      return !isRefused;
    });
  }

  connect(words: Words, port: number): boolean {
    return this.#call("sockets_tcp__tcp_socket_start_connect", [SOCKET, NETWORK, ...flat(words, port)]);
  }

  bind(words: Words, port: number, kind: "tcp" | "udp" = "tcp"): boolean {
    return this.#call(`sockets_${kind}__${kind}_socket_start_bind`, [SOCKET, NETWORK, ...flat(words, port)]);
  }

  listen(...local: [] | readonly [Words, number]): boolean {
    this.#local = local.length === 0 ? undefined : local;
    return this.#call("sockets_tcp__tcp_socket_start_listen", [SOCKET]);
  }

  stream(...remote: [] | readonly [Words, number]): boolean {
    const given = remote.length === 0 ? [0, ...flat([0, 0, 0, 0], 0)] : [1, ...flat(...remote)];
    return this.#call("sockets_udp__udp_socket_stream", [SOCKET, ...given]);
  }

  send(...remotes: readonly (readonly [Words, number] | undefined)[]): boolean {
    const at = this.#adapter.allocate(4, remotes.length * 44);
    remotes.forEach((remote, i) => {
      this.#adapter.view.setUint8(at + i * 44 + 8, remote === undefined ? 0 : 1);
      if (remote !== undefined) this.#store(at + i * 44 + 12, ...remote);
    });
    return this.#call("sockets_udp__outgoing_datagram_stream_send", [SOCKET, at, remotes.length]);
  }

  lookUp(name: string): boolean {
    return this.#call("sockets_ip_name_lookup__resolve_addresses", [NETWORK, ...this.#adapter.lower(name)]);
  }
}

/** As the canonical ABI flattens an address: IPv6 has the flow before its words, and the scope behind them. */
const flat = (words: Words, port: number): readonly number[] =>
  words.length === 4 ? [0, port, ...words, ...Array<number>(6).fill(0)] : [1, port, 0xabcdef, ...words, 7];

const mapped = ([a = 0, b = 0, c = 0, d = 0]: Words): Words => [0, 0, 0, 0, 0, 0xffff, (a << 8) | b, (c << 8) | d];

describe("a connection", () => {
  test("is made to the addresses and the port of a rule, in either family", () => {
    const sockets = new Sockets("tcp:10.0.0.0/9:53", "tcp:[2001:db8::1]:80", "tcp:192.168.1.1:*");
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
    expect(new Sockets("tcp:0.0.0.0/0:1").connect([0xfd00, 0, 0, 0, 0, 0, 0, 1], 1)).toBe(false);
    expect(new Sockets("tcp:0.0.0.0/0:1").connect(mapped([1, 2, 3, 4]), 1)).toBe(true);
    expect(new Sockets("tcp:*:1").connect([0xfd00, 0, 0, 0, 0, 0, 0, 1], 1)).toBe(true);
  });

  test("to a name's rule is made to the addresses that the name has then, and to no other", () => {
    const sockets = new Sockets("tcp:DB.internal:5432", "tcp:gone.internal:5432");
    expect(sockets.connect([10, 0, 0, 9], 5432)).toBe(true);
    expect(sockets.calls).toEqual(["look up db.internal", "drop pollable", "drop look-up", "connect", "drop socket", "drop network"]);
    expect(sockets.connect([0xfd00, 0, 0, 0, 0, 0, 0, 9], 5432)).toBe(true);
    expect(sockets.connect([10, 0, 0, 8], 5432)).toBe(false);
    expect(sockets.calls.filter((each) => each.startsWith("look up"))).toEqual(["look up db.internal", "look up gone.internal"]);
    expect(sockets.calls).not.toContain("connect");
    // The port is asked first: nothing is looked up for others.
    expect(sockets.connect([10, 0, 0, 9], 5433)).toBe(false);
    expect(sockets.calls).toEqual(["drop socket", "drop network"]);
  });

  test("is no datagram, and nobody comes in by its rule", () => {
    const sockets = new Sockets("tcp:*:*");
    expect([sockets.stream([1, 1, 1, 1], 1), sockets.send([[1, 1, 1, 1], 1]), sockets.listen([127, 0, 0, 1], 80)]).toEqual([
      ...[false, false, false],
    ]);
  });
});

describe("what comes in", () => {
  const sockets = new Sockets("listen:127.0.0.1:8080", "listen:[::1]:*");

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
  const sockets = new Sockets("udp:10.0.0.0/8:53");

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

  test("are no connections", () => {
    expect(sockets.connect([10, 0, 0, 1], 53)).toBe(false);
  });
});

test("names are looked up that a rule has, whatever the case of their letters", () => {
  const sockets = new Sockets("tcp:db.internal:5432", "udp:10.0.0.1:53", "tcp:[2001:DB8::0:1]:1", "tcp:10.0.0.0/8:1", "listen:127.0.0.1:1");
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

/** The same in numbers of any length. */
function isAllowed(rules: readonly string[], kind: string, words: Words, port: number): boolean {
  const bits = (list: Words, each: bigint): bigint => list.reduce((sum, word) => (sum << each) | BigInt(word), 0n);
  const number = bits(words.length === 4 ? mapped(words) : words, 16n);
  return rules.some((rule) => {
    const [, of, address = "", length, wanted] = /^(\w+):(.*?)(?:\/(\d+))?:([^:]*)$/.exec(rule) ?? [];
    if (of !== kind || (wanted !== "*" && Number(wanted) !== port)) return false;
    if (address === "*") return true;
    const is4 = !address.startsWith("[");
    const start = is4 ? (0xffffn << 32n) | bits(address.split(".").map(Number), 8n) : longOf(address.slice(1, -1));
    const ignored = BigInt((is4 ? 32 : 128) - Number(length ?? (is4 ? 32 : 128)));
    return number >> ignored === start >> ignored;
  });
}

function longOf(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const [first, last] = [head, tail].map((part) => part.split(":").filter((word) => word !== "")) as [string[], string[]];
  const all = text.includes("::") ? [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last] : first;
  return BigInt(`0x${all.map((word) => word.padStart(4, "0")).join("")}`);
}

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
  const sockets = new Sockets(...rules);
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

function randomAddress({ pick, below, chance }: Random): Words {
  const near = [
    ...[
      [10, 63, 255, 255],
      [10, 64, 0, 0],
      [192, 168, 1, 127],
      [192, 168, 1, 128],
      [1, 2, 3, 4],
      [8, 8, 8, 8],
      [127, 255, 255, 255],
    ],
    ...[
      [0x2001, 0xdb8, 0x7fff, 0, 0, 0, 0, 1],
      [0x2001, 0xdb8, 0x8000, 0, 0, 0, 0, 1],
      [0xfd00, 0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 1],
    ],
    ...[
      [0xfebf, 0xffff, 0, 0, 0, 0, 0, 0],
      [0xfec0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0xfffe, 0x0a00, 1],
    ],
  ];
  const words = [...pick(near)];
  if (chance(0.5)) words[below(words.length)] = below(words.length === 4 ? 256 : 65536);
  return words.length === 4 && chance(0.5) ? mapped(words) : words;
}
