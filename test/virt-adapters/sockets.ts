/** A host whose sockets do nothing but tell what was asked of them, around the socket rules of WASI 0.2. */
import { namedSocketsCore, socketsCore } from "../../src/adapters/prebuilt.ts";
import { socketsImage } from "../../src/adapters/sockets/image.ts";
import { parseSocketRule } from "../../src/adapters/sockets/rules.ts";
import { REFUSED_FROM } from "../../src/image/trace-layout.ts";
import { Adapter, type Host } from "./harness.ts";

const ACCESS_DENIED = 1;
export const [SOCKET, NETWORK, FOUND, POLLABLE] = [3, 4, 5, 6] as const;
const WOULD_BLOCK = 8;

/** Eight words of IPv6, or four bytes of IPv4. */
export type Words = readonly number[];

/** What a name has, as the fake host looks it up: it must be waited for first. */
const NAMES: Readonly<Record<string, readonly Words[]>> = {
  "db.internal": [
    [10, 0, 0, 9],
    [0xfd00, 0, 0, 0, 0, 0, 0, 9],
  ],
};

/** Bytes of a datagram that has come, and where its address is. */
const INCOMING = 40;
const FROM = 8;

export class Sockets {
  readonly adapter: Adapter;
  /** Functions of the host's that changed or sent anything, and handles that were dropped. */
  calls: string[] = [];
  /** What a socket is bound to. */
  local: readonly [Words, number] | undefined;
  /** From whom a datagram was told to be dropped, 16 bytes and the port. */
  readonly dropped: string[] = [];
  #pending: (Words | "wait")[] = [];

  #incoming: readonly (readonly [Words, number])[] = [];
  /** What the names have. */
  names = NAMES;

  constructor(rules: readonly string[]) {
    const done =
      (name: string) =>
      (...args: number[]) => {
        this.calls.push(name);
        this.adapter.view.setUint8(args.at(-1) ?? 0, 0);
      };
    const drop = (name: string) => () => void this.calls.push(`drop ${name}`);
    const tcp = "wasi:sockets/tcp#";
    const udp = "wasi:sockets/udp#";
    const lookup = "wasi:sockets/ip-name-lookup#";
    const parsed = rules.map(parseSocketRule);
    const core = parsed.some(({ address }) => address === undefined) ? namedSocketsCore : socketsCore;
    this.adapter = new Adapter(core, socketsImage(parsed), {
      ...this.moreOfHost(),
      "wasi-nest:trace/refused#tell": (kind: number, port: number, at: number, length: number) => {
        if (kind === REFUSED_FROM) this.dropped.push(`${this.adapter.bytesAt(at, length).join(".")} port ${port}`);
      },
      "wasi:sockets/instance-network#instance-network": () => NETWORK,
      [`${tcp}[method]tcp-socket.start-connect`]: done("connect"),
      [`${tcp}[method]tcp-socket.start-bind`]: done("bind"),
      [`${tcp}[method]tcp-socket.start-listen`]: done("listen"),
      [`${tcp}[method]tcp-socket.local-address`]: (_: number, at: number) => {
        this.adapter.view.setUint8(at, this.local === undefined ? 1 : 0);
        if (this.local !== undefined) this.store(at + 4, ...this.local);
      },
      [`${tcp}[resource-drop]tcp-socket`]: drop("socket"),
      [`${udp}[method]udp-socket.start-bind`]: done("bind"),
      [`${udp}[method]udp-socket.stream`]: done("stream"),
      [`${udp}[method]outgoing-datagram-stream.send`]: done("send"),
      [`${udp}[method]incoming-datagram-stream.receive`]: (_: number, _most: bigint, at: number) => {
        const list = this.adapter.allocate(4, this.#incoming.length * INCOMING);
        this.#incoming.forEach((from, i) => this.store(list + i * INCOMING + FROM, ...from));
        this.adapter.view.setUint8(at, 0);
        this.adapter.view.setUint32(at + 4, list, true);
        this.adapter.view.setUint32(at + 8, this.#incoming.length, true);
      },
      [`${udp}[resource-drop]udp-socket`]: drop("socket"),
      [`${udp}[resource-drop]incoming-datagram-stream`]: drop("incoming"),
      [`${udp}[resource-drop]outgoing-datagram-stream`]: drop("outgoing"),
      "wasi:sockets/network#[resource-drop]network": drop("network"),
      [`${lookup}resolve-addresses`]: (_network: number, name: number, length: number, at: number) => {
        const text = Buffer.from(this.adapter.bytesAt(name, length)).toString();
        this.calls.push(`look up ${text}`);
        this.#pending = ["wait", ...(this.names[text] ?? [])];
        this.adapter.view.setUint8(at, 0);
        this.adapter.view.setUint32(at + 4, FOUND, true);
      },
      [`${lookup}[method]resolve-address-stream.resolve-next-address`]: (_: number, at: number) => {
        const next = this.#pending[0];
        const isWaiting = next === "wait";
        this.adapter.view.setUint8(at, isWaiting ? 1 : 0);
        this.adapter.view.setUint8(at + 2, isWaiting ? WOULD_BLOCK : next === undefined ? 0 : 1);
        if (next === undefined || next === "wait") return;
        this.#pending.shift();
        this.adapter.view.setUint8(at + 4, next.length === 4 ? 0 : 1);
        next.forEach((word, i) =>
          next.length === 4 ? this.adapter.view.setUint8(at + 6 + i, word) : this.adapter.view.setUint16(at + 6 + i * 2, word, true),
        );
      },
      [`${lookup}[method]resolve-address-stream.subscribe`]: () => POLLABLE,
      [`${lookup}[resource-drop]resolve-address-stream`]: drop("look-up"),
      "wasi:io/poll#[method]pollable.block": () => void this.#pending.shift(),
      "wasi:io/poll#[resource-drop]pollable": drop("pollable"),
    });
  }

  /** What the host has besides: called before anything else of whoever extends this is there. */
  protected moreOfHost(): Host {
    return {};
  }

  /** An address where one lies. */
  store(at: number, words: Words, port: number): void {
    const { view } = this.adapter;
    view.setUint8(at, words.length === 4 ? 0 : 1);
    view.setUint16(at + 4, port, true);
    if (words.length > 4) for (const offset of [8, 28]) view.setUint32(at + offset, 0, true);
    words.forEach((word, i) => (words.length === 4 ? view.setUint8(at + 6 + i, word) : view.setUint16(at + 12 + i * 2, word, true)));
  }

  /** The address and the port of one that lies there. */
  addressAt(at: number): string {
    const { view } = this.adapter;
    const words =
      view.getUint8(at) === 0 ? [...this.adapter.bytesAt(at + 6, 4)] : [...new Uint16Array(this.adapter.bytesAt(at + 12, 16).buffer)];
    return `${words.join(" ")} port ${view.getUint16(at + 4, true)}`;
  }

  #call(name: string, args: readonly number[]): boolean {
    this.calls = [];
    return this.adapter.call(name, args, (at) => {
      const isRefused = this.adapter.view.getUint8(at) === 1;
      const { view } = this.adapter;
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
    this.local = local.length === 0 ? undefined : local;
    return this.#call("sockets_tcp__tcp_socket_start_listen", [SOCKET]);
  }

  stream(...remote: [] | readonly [Words, number]): boolean {
    const given = remote.length === 0 ? [0, ...flat([0, 0, 0, 0], 0)] : [1, ...flat(...remote)];
    return this.#call("sockets_udp__udp_socket_stream", [SOCKET, ...given]);
  }

  send(...remotes: readonly (readonly [Words, number] | undefined)[]): boolean {
    const at = this.adapter.allocate(4, remotes.length * 44);
    remotes.forEach((remote, i) => {
      this.adapter.view.setUint8(at + i * 44 + 8, remote === undefined ? 0 : 1);
      if (remote !== undefined) this.store(at + i * 44 + 12, ...remote);
    });
    return this.#call("sockets_udp__outgoing_datagram_stream_send", [SOCKET, at, remotes.length]);
  }

  /** Of those that have come, the addresses of those that the app gets. */
  receive(...incoming: readonly (readonly [Words, number])[]): readonly string[] {
    const plain = this.#receive("", incoming);
    const told = this.#receive("__told", incoming);
    if (plain.join() !== told.join()) throw new Error("it makes a difference whether it is told");
    return plain;
  }

  #receive(variant: string, incoming: readonly (readonly [Words, number])[]): readonly string[] {
    this.calls = [];
    this.#incoming = incoming;
    return this.adapter.call(`sockets_udp__incoming_datagram_stream_receive${variant}`, [SOCKET, 100n], (at) => {
      const { view } = this.adapter;
      const [list, count] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
      return Array.from({ length: count }, (_, i) => this.addressAt(list + i * INCOMING + FROM));
    });
  }

  lookUp(name: string): boolean {
    return this.#call("sockets_ip_name_lookup__resolve_addresses", [NETWORK, ...this.adapter.lower(name)]);
  }
}

/** As the canonical ABI flattens an address: IPv6 has the flow before its words, and the scope behind them. */
export const flat = (words: Words, port: number): readonly number[] =>
  words.length === 4 ? [0, port, ...words, ...Array<number>(6).fill(0)] : [1, port, 0xabcdef, ...words, 7];

export const mapped = ([a = 0, b = 0, c = 0, d = 0]: Words): Words => [0, 0, 0, 0, 0, 0xffff, (a << 8) | b, (c << 8) | d];
