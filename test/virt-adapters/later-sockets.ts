/** The same host around the socket rules of WASI 0.3: calls to it end at once, or when the test says so, and are cancelled. */
import type { Host } from "./harness.ts";
import { flat, Sockets, SOCKET, type Words } from "./sockets.ts";

/** States of a call to the host, codes of a task, and its events. */
const [STARTED, RETURNED, CANCELLED] = [1, 2, 4];
const [EXIT, YIELD, WAIT] = [0, 1, 2];
const [YIELDED, SUBTASK, TASK_CANCELLED] = [0, 1, 6];

export interface Task {
  readonly name: string;
  context: number;
  /** What it does next. */
  state: "over" | "yields" | "waits";
  /** The call to the host that it waits for, if any. */
  subtask: number | undefined;
  /** What it was given to return, or that it was cancelled. */
  outcome: readonly number[] | "cancelled" | undefined;
}

interface Call {
  readonly name: string;
  readonly result: number;
  readonly task: Task;
  set: number;
}

export class LaterSockets extends Sockets {
  /** How the host ends its calls at once; without it, they go on. */
  atOnce: ((result: number) => void) | undefined;
  /** Whether a call that is cancelled has an answer after all. */
  whenCancelled: ((result: number) => void) | undefined;
  /** What the host was given behind a call's name. */
  given: readonly string[] = [];
  localOfUdp: readonly [Words, number] | undefined;

  constructor(rules: readonly string[]) {
    super(rules);
    this.adapter.hasEvenBlocks = true;
  }

  readonly #calls = new Map<number, Call>();
  #next = 100;
  #running: Task | undefined;

  protected override moreOfHost(): Host {
    const task = (): Task => this.#task();
    const types = "wasi:sockets/types@0.3#";
    const lookup = "wasi:sockets/ip-name-lookup@0.3#";
    const view = (): DataView => this.adapter.view;
    const lowered =
      (name: string, told: (...args: number[]) => string) =>
      (...args: number[]) => {
        this.calls.push(name);
        this.given = [told(...args)];
        return this.#called(name, args.at(-1) ?? 0);
      };
    const returned = (...values: number[]): void => {
      if (task().outcome !== undefined) throw new Error("a task returns twice");
      task().outcome = values;
    };
    const done =
      (name: string) =>
      (...args: number[]) => {
        this.calls.push(name);
        view().setUint8(args.at(-1) ?? 0, 0);
      };
    const local = (found: () => readonly [Words, number] | undefined) => (_: number, at: number) => {
      const address = found();
      view().setUint8(at, address === undefined ? 1 : 0);
      view().setUint8(at + 4, 5);
      if (address !== undefined) this.store(at + 4, ...address);
    };
    const drop = (name: string) => () => {
      // What was lent goes before the result.
      if (this.#running !== undefined && task().outcome !== undefined) throw new Error(`a ${name} is dropped too late`);
      this.calls.push(`drop ${name}`);
    };
    return {
      "async#[context.get]": () => task().context,
      "async#[context.set]": (word: number) => void (task().context = word),
      "async#[waitable-set.new]": () => this.#next++,
      "async#[waitable.join]": (subtask: number, set: number) => void (this.#call(subtask).set = set),
      "async#[subtask.drop]": (subtask: number) => {
        if (task().subtask !== undefined) throw new Error("a call is dropped that goes on");
        this.#calls.delete(subtask);
      },
      "async#[subtask.cancel]": (subtask: number) => {
        const { set, result } = this.#call(subtask);
        if (set !== 0) throw new Error("a call is cancelled that is waited for");
        task().subtask = undefined;
        this.calls.push("cancel");
        this.whenCancelled?.(result);
        return this.whenCancelled === undefined ? CANCELLED : RETURNED;
      },
      "async#[task.cancel]": () => void (task().outcome = "cancelled"),
      [`${types}[method]tcp-socket.bind`]: done("bind"),
      [`${types}[method]tcp-socket.listen`]: done("listen"),
      [`${types}[method]tcp-socket.get-local-address`]: local(() => this.local),
      [`${types}[async-lower][method]tcp-socket.connect`]: lowered("connect", (params = 0) => this.#toldAddress(params + 4)),
      [`${types}[task-return][method]tcp-socket.connect`]: returned,
      [`${types}[resource-drop]tcp-socket`]: drop("socket"),
      [`${types}[method]udp-socket.bind`]: done("bind"),
      [`${types}[method]udp-socket.connect`]: done("connect"),
      [`${types}[method]udp-socket.get-local-address`]: local(() => this.localOfUdp),
      [`${types}[async-lower][method]udp-socket.send`]: lowered("send", (params = 0) => {
        const data = Buffer.from(this.adapter.listAt(params + 4)).toString();
        return view().getUint8(params + 12) === 0 ? data : `${data} to ${this.#toldAddress(params + 16)}`;
      }),
      [`${types}[task-return][method]udp-socket.send`]: returned,
      [`${types}[async-lower][method]udp-socket.receive`]: lowered("receive", String),
      [`${types}[task-return][method]udp-socket.receive`]: (...values: number[]) => {
        const [isError, data = 0, length = 0] = values;
        returned(...values);
        if (isError === 0) this.received.push(Buffer.from(this.adapter.bytesAt(data, length)));
      },
      [`${types}[resource-drop]udp-socket`]: drop("socket"),
      [`${lookup}[async-lower]resolve-addresses`]: lowered("resolve", (name = 0, length = 0) =>
        Buffer.from(this.adapter.bytesAt(name, length)).toString(),
      ),
      [`${lookup}[task-return]resolve-addresses`]: returned,
    };
  }

  /** The bytes of datagrams that the app has got. */
  readonly received: Buffer[] = [];

  #task(): Task {
    if (this.#running === undefined) throw new Error("no task is running");
    return this.#running;
  }

  #call(subtask: number): Call {
    const found = this.#calls.get(subtask);
    if (found === undefined) throw new Error(`no call ${subtask}`);
    return found;
  }

  #called(name: string, result: number): number {
    if (this.atOnce !== undefined) {
      this.atOnce(result);
      return RETURNED;
    }
    const subtask = this.#next++;
    this.#calls.set(subtask, { name, result, task: this.#task(), set: 0 });
    this.#task().subtask = subtask;
    return STARTED | (subtask << 4);
  }

  #toldAddress(at: number): string {
    const { view } = this.adapter;
    const scope = view.getUint8(at) === 0 ? "" : ` flow ${view.getUint32(at + 8, true)} scope ${view.getUint32(at + 28, true)}`;
    return `${this.addressAt(at)}${scope}`;
  }

  #step(task: Task, name: string, args: readonly number[]): void {
    this.#running = task;
    const code = this.adapter.callOn(name, args);
    this.#running = undefined;
    const isWaiting = (code & 15) === WAIT;
    if (!isWaiting && code !== EXIT && code !== YIELD) throw new Error(`a task returns ${code}`);
    task.state = isWaiting ? "waits" : code === YIELD ? "yields" : "over";
    if ((task.state === "over") !== (task.outcome !== undefined)) throw new Error("a task ends without a result, or goes on with one");
    if (isWaiting && this.#call(task.subtask ?? 0).set !== code >> 4) throw new Error("a task waits for what it has not joined");
  }

  start(name: string, args: readonly number[]): Task {
    const task: Task = { name, context: 0, state: "over", subtask: undefined, outcome: undefined };
    this.calls = [];
    this.#step(task, name, args);
    return task;
  }

  /** The host has an answer, which `write` puts where it belongs. It may be heard of later. */
  answer(task: Task, write: (result: number) => void): () => void {
    const subtask = task.subtask ?? 0;
    const { result } = this.#call(subtask);
    write(result);
    return () => {
      task.subtask = undefined;
      this.#step(task, `${task.name}__callback`, [SUBTASK, subtask, RETURNED]);
    };
  }

  goOn(task: Task): void {
    this.#step(task, `${task.name}__callback`, [YIELDED, 0, 0]);
  }

  cancel(task: Task): void {
    this.#step(task, `${task.name}__callback`, [TASK_CANCELLED, 0, 0]);
  }

  connectLater(words: Words, port: number): Task {
    return this.start("p3_sockets_types__tcp_socket_connect", [SOCKET, ...flat(words, port)]);
  }

  sendLater(text: string, ...remote: [] | readonly [Words, number]): Task {
    const given = remote.length === 0 ? [0, ...flat([0, 0, 0, 0], 0)] : [1, ...flat(...remote)];
    return this.start("p3_sockets_types__udp_socket_send", [SOCKET, ...this.adapter.lower(text), ...given]);
  }

  receiveLater(variant = ""): Task {
    return this.start(`p3_sockets_types__udp_socket_receive${variant}`, [SOCKET]);
  }

  resolveLater(name: string): Task {
    return this.start("p3_sockets_ip_name_lookup__resolve_addresses", this.adapter.lower(name));
  }

  /** `bind` of either, `listen`, and `connect` of a socket for datagrams. */
  sync(name: string, ...args: readonly number[]): boolean {
    this.calls = [];
    return this.adapter.call(`p3_sockets_types__${name}`, [SOCKET, ...args], (at) => {
      const isRefused = this.adapter.view.getUint8(at) === 1;
      if (isRefused && this.adapter.view.getUint8(at + 4) !== 0) throw new Error(`another error of ${name}`);
      return !isRefused;
    });
  }

  /** Puts a datagram into the result of `receive`. */
  datagram(text: string, words: Words, port: number): (result: number) => void {
    return (result) => {
      const [at, length] = this.adapter.lower(text);
      const { view } = this.adapter;
      view.setUint8(result, 0);
      view.setUint32(result + 4, at, true);
      view.setUint32(result + 8, length, true);
      this.store(result + 12, words, port);
    };
  }

  /** Puts so many addresses into the result of `resolve-addresses`. */
  addresses(count: number): (result: number) => void {
    return (result) => {
      const at = this.adapter.allocate(2, 18 * count);
      const { view } = this.adapter;
      for (let i = 0; i < count; i++) view.setUint8(at + 18 * i + 5, i);
      view.setUint8(result, 0);
      view.setUint32(result + 4, at, true);
      view.setUint32(result + 8, count, true);
    };
  }

  /** Whether nothing of any call is left. */
  isEmpty(): boolean {
    return this.#calls.size === 0 && this.adapter.arena.value === this.adapter.arenaBase.value;
  }
}
