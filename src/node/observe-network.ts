/** With whom a program talks, told from its calls of `wasi:http` and `wasi:sockets`, in 0.2 and 0.3. */
import type { UsedPeer, UsedRequest } from "../adapters/observed.ts";
import type { HostCall } from "./watch-calls.ts";

/** `{ tag: "ipv4", val: … }`, of an address without a port the numbers alone. */
interface Address {
  readonly tag: string;
  readonly val: readonly number[] | { readonly address: readonly number[]; readonly port: number };
}

interface Variant {
  readonly tag: string;
  readonly val?: string;
}
/** Of 0.2, and of 0.3. */
type Request = Readonly<Record<string, (() => unknown) | undefined>>;
type Socket = { readonly localAddress?: () => Address; readonly getLocalAddress?: () => Address };

export class NetworkObserver {
  readonly requests: UsedRequest[] = [];
  readonly lookups: Set<string> = new Set();
  readonly #peers = new Map<string, UsedPeer>();
  /** The names that were looked up, by streams of addresses, and by the addresses found. */
  readonly #names = new WeakMap<object, string>();
  readonly #found = new Map<string, Set<string>>();
  /** Sockets that were bound to a port which the system chose, and those that streams of datagrams are of. */
  readonly #free = new WeakSet<object>();
  readonly #sockets = new WeakMap<object, object>();

  get peers(): readonly UsedPeer[] {
    return [...this.#peers.values()];
  }

  watch({ interface: base, func, self, args }: HostCall): ((result: unknown) => void) | undefined {
    const [first, second] = args;
    if (base.startsWith("wasi:http/") && (func === "handle" || func === "send")) this.#request(first as Request);
    if (!base.startsWith("wasi:sockets/")) return undefined;
    const socket = self as object;
    switch (func) {
      case "resolveAddresses": {
        const name = String(second ?? first);
        this.lookups.add(name);
        return (result) => {
          if (Array.isArray(result)) result.forEach((each) => this.#find(each as Address, name));
          else if (typeof result === "object" && result !== null) this.#names.set(result, name);
        };
      }
      case "resolveNextAddress":
        return (result) => {
          if (result !== undefined) this.#find(result as Address, this.#names.get(socket) ?? "");
        };
      case "startConnect":
        this.#peer("tcp", second as Address);
        return undefined;
      case "connect":
        this.#peer(isTcp(socket) ? "tcp" : "udp", first as Address);
        return undefined;
      case "startBind":
      case "bind": {
        const { port } = partsOf((second ?? first) as Address);
        if (port === 0) this.#free.add(socket);
        return undefined;
      }
      case "startListen":
      case "listen":
        return () => this.#listen(socket);
      case "stream":
        if (first !== undefined) this.#peer("udp", first as Address);
        return (result) => (result as readonly object[]).forEach((each) => this.#sockets.set(each, socket));
      case "send":
        if (Array.isArray(first))
          for (const { remoteAddress } of first as readonly { readonly remoteAddress?: Address }[]) this.#peer("udp", remoteAddress);
        else if (!isTcp(socket)) this.#peer("udp", second as Address | undefined);
        return undefined;
      case "receive":
        return (result) => this.#received(this.#sockets.get(socket) ?? socket, result);
      default:
        return undefined;
    }
  }

  #request(request: Request): void {
    const of = (name: string): unknown => (request[name] ?? request[`get${name[0]?.toUpperCase()}${name.slice(1)}`])?.call(request);
    const [method, scheme] = [of("method"), of("scheme")] as readonly (Variant | undefined)[];
    this.requests.push({
      method: method?.val ?? method?.tag.toUpperCase() ?? "GET",
      scheme: scheme && (scheme.val ?? scheme.tag).toLowerCase(),
      authority: of("authority") as string | undefined,
      path: String(of("pathWithQuery") ?? "/").replace(/\?.*/s, "") || "/",
    });
  }

  #peer(kind: UsedPeer["kind"], address: Address | undefined, isFree = false): void {
    if (address === undefined) return;
    const text = addressText(address);
    const names = kind === "listen" ? undefined : this.#found.get(text);
    for (const name of names ?? [undefined]) {
      const peer: UsedPeer = { kind, address: text, name, port: isFree ? undefined : partsOf(address).port };
      this.#peers.set(JSON.stringify(peer), peer);
    }
  }

  #find(address: Address, name: string): void {
    const text = addressText(address);
    this.#found.set(text, (this.#found.get(text) ?? new Set()).add(name));
  }

  #listen(socket: object): void {
    const { localAddress, getLocalAddress } = socket as Socket;
    this.#peer("listen", (localAddress ?? getLocalAddress)?.call(socket), this.#free.has(socket));
  }

  /** Datagrams of those to whom the program has sent none are a reason to listen. */
  #received(socket: object, result: unknown): void {
    const [head] = Array.isArray(result) ? (result as readonly unknown[]) : [];
    if (head === undefined || isTcp(socket)) return;
    const senders = (
      typeof head === "object" && "remoteAddress" in (head as object)
        ? (result as readonly unknown[])
        : [{ remoteAddress: (result as readonly unknown[])[1] }]
    ) as readonly { readonly remoteAddress: Address }[];
    const isPeer = (address: Address): boolean =>
      [...this.#peers.values()].some(
        ({ kind, address: text, port }) => kind === "udp" && text === addressText(address) && port === partsOf(address).port,
      );
    if (!senders.every(({ remoteAddress }) => isPeer(remoteAddress))) this.#listen(socket);
  }
}

const isTcp = (socket: object): boolean => "keepAliveCount" in socket || "getKeepAliveCount" in socket;

function partsOf({ val }: Address): { readonly address: readonly number[]; readonly port: number } {
  return "address" in val ? val : { address: val, port: 0 };
}

function addressText(address: Address): string {
  const numbers = partsOf(address).address;
  return address.tag === "ipv4" ? numbers.join(".") : `[${numbers.map((each) => each.toString(16)).join(":")}]`;
}
