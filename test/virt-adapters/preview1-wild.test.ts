/**
 * Whatever a program may say to preview 1, with a host that answers by chance: nothing traps, no byte of the program's changes but those
 * that the function is to write, no handle is lost or used after its end, and what the guest keeps has bounds.
 */
import { expect, test } from "vitest";
import { randomOf } from "../differential/random.ts";
import { MEMORY_SIZE, Preview1 } from "./preview1.ts";

const SEEDS = 2;
const CALLS = 6000;

/** Parameters by letter: `d` descriptor, `p` and `l` address and length, `v` and `n` a list of buffers, `r1` to `r64` an address of so many bytes for a result. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  args_get: "r4 p",
  args_sizes_get: "r4 r4",
  environ_get: "r4 p",
  environ_sizes_get: "r4 r4",
  clock_res_get: "w r8",
  clock_time_get: "w u r8",
  fd_advise: "d u u w",
  fd_allocate: "d u u",
  fd_close: "d",
  fd_datasync: "d",
  fd_fdstat_get: "d r24",
  fd_fdstat_set_flags: "d w",
  fd_fdstat_set_rights: "d u u",
  fd_filestat_get: "d r64",
  fd_filestat_set_size: "d u",
  fd_filestat_set_times: "d u u w",
  fd_pread__h: "d v n u r4",
  fd_pread__o: "d v n u r4",
  fd_prestat_get: "d r8",
  fd_prestat_dir_name: "d p l",
  fd_pwrite__h: "d v n u r4",
  fd_pwrite__o: "d v n u r4",
  fd_read__hh: "d v n r4",
  fd_read__ho: "d v n r4",
  fd_read__oh: "d v n r4",
  fd_read__oo: "d v n r4",
  fd_readdir: "d p l u r4",
  fd_renumber: "d d",
  fd_seek: "d u w r8",
  fd_sync: "d",
  fd_tell: "d r8",
  fd_write__hh: "d v n r4",
  fd_write__ho: "d v n r4",
  fd_write__oh: "d v n r4",
  fd_write__oo: "d v n r4",
  path_create_directory: "d p l",
  path_filestat_get: "d w p l r64",
  path_filestat_set_times: "d w p l u u w",
  path_link: "d w p l d p l",
  path_open: "d w p l w u u w r4",
  path_readlink: "d p l p l r4",
  path_remove_directory: "d p l",
  path_rename: "d p l d p l",
  path_symlink: "p l d p l",
  path_unlink_file: "d p l",
  poll_oneoff: "s e n r4",
  proc_raise: "w",
  random_get__h: "p l",
  random_get__o: "p l",
  sched_yield: "",
  sock_accept: "d w r4",
  sock_recv: "d v n w r4 r4",
  sock_send: "d v n w r4",
  sock_shutdown: "d w",
};

type Range = readonly [start: number, end: number];

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))("calls by chance change nothing else (seed %i)", (seed) => {
  const { below: random, pick } = randomOf(seed);
  const preview1 = new Preview1(random);
  const bytes = Buffer.from(preview1.memory.buffer);
  const view = new DataView(preview1.memory.buffer);
  /** Whether all arguments of a call are such as programs give. */
  let isTame = false;
  const address = (): number =>
    isTame
      ? random(MEMORY_SIZE - 20_000)
      : pick([
          random(MEMORY_SIZE),
          random(64),
          MEMORY_SIZE - random(128),
          MEMORY_SIZE + random(64),
          2 ** 32 - 1 - random(64),
          random(2 ** 32),
        ]);
  const length = (at: number): number => {
    const rest = Math.max(0, MEMORY_SIZE - at);
    const usual = [random(40), random(40), 0, random(9000), Math.min(rest, 20_000)];
    return pick(isTame ? usual : [...usual, rest, rest + 1, MEMORY_SIZE, random(2 ** 32), 2 ** 32 - at]) >>> 0;
  };
  const NUMBERS = [0n, 1n, 2n, 66n, 2n ** 32n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
  const names = Object.keys(FUNCTIONS);
  let answered = 0;
  for (let call = 0; call < CALLS; call++) {
    const name = pick(names);
    // Otherwise nothing would be open for long.
    if (/close|renumber/.test(name) && random(30) !== 0) continue;
    isTame = random(3) !== 0;
    // Paths are mostly of letters; some bytes are no text.
    bytes.fill(0x61);
    for (let i = random(40); i > 0; i--) bytes[random(MEMORY_SIZE)] = random(256);
    const args: (number | bigint)[] = [];
    const needed: Range[] = [];
    const allowed: Range[] = [];
    let at = 0;
    for (const kind of FUNCTIONS[name] === "" ? [] : FUNCTIONS[name]!.split(" ")) {
      if (kind === "d") args.push(!isTame && random(4) === 0 ? pick([3000, 2 ** 31, 2 ** 32 - 1]) : random(9));
      else if (kind === "w") args.push(!isTame && random(4) === 0 ? random(2 ** 32) : random(random(2) === 0 ? 2 : 16));
      else if (kind === "u") args.push(random(2) === 0 ? BigInt(random(12)) : pick(NUMBERS));
      else if (kind === "p") args.push((at = address()));
      else if (kind === "l") {
        args.push(length(at));
        needed.push([at, at + Number(args.at(-1))]);
      } else if (kind.startsWith("r")) {
        args.push(address());
        needed.push([Number(args.at(-1)), Number(args.at(-1)) + Number(kind.slice(1))]);
      } else if ("vse".includes(kind)) args.push((at = address()));
      else args.push(!isTame && random(4) === 0 ? random(2 ** 32) : random(5));
    }
    if (FUNCTIONS[name]!.includes("v n")) {
      const [, list, count] = args as number[];
      for (let i = 0; i < Math.min(count!, 5) && list! + 8 * i + 8 <= MEMORY_SIZE; i++) {
        const buffer = address();
        view.setUint32(list! + 8 * i, buffer, true);
        view.setUint32(list! + 8 * i + 4, length(buffer), true);
      }
      if (list! + 8 * count! <= MEMORY_SIZE)
        for (let i = 0; i < count!; i++) {
          const buffer = view.getUint32(list! + 8 * i, true);
          if (/read/.test(name)) allowed.push([buffer, buffer + view.getUint32(list! + 8 * i + 4, true)]);
        }
      needed.push([list!, list! + 8 * count!]);
    } else if (name === "poll_oneoff") {
      const [from, to, count] = args as number[];
      for (let i = 0; i < Math.min(count!, 5) && from! + 48 * i + 48 <= MEMORY_SIZE; i++) {
        const each = from! + 48 * i;
        bytes[each + 8] = random(random(4) === 0 ? 256 : 3);
        view.setUint32(each + 16, random(random(4) === 0 ? 2 ** 32 : 4), true);
        view.setBigUint64(each + 24, pick(NUMBERS), true);
        view.setUint16(each + 40, random(random(4) === 0 ? 65536 : 2), true);
      }
      needed.push([from!, from! + 48 * count!], [to!, to! + 32 * count!]);
    } else if (/^(args|environ)_get$/.test(name)) needed.length = 0;
    const before = Buffer.from(bytes);
    const told = `${call}: ${name}(${args.join(", ")})`;
    let errno = -1;
    try {
      errno = preview1.call(name, args);
    } catch (error) {
      throw new Error(told, { cause: error });
    }
    expect(errno >= 0 && errno < 77, `${told} = ${errno}`).toBe(true);
    const isOutside = needed.some(([start, end]) => end > start && end > MEMORY_SIZE);
    if (errno === 0) {
      answered++;
      const isPlain = name.startsWith("sock") || needed.length === 0;
      if (!isPlain) expect(isOutside, told).toBe(false);
    }
    if (bytes.equals(before)) continue;
    if (/^(args|environ)_get$/.test(name)) allowed.push([0, 2 ** 32]);
    allowed.push(...needed, ...preview1.written);
    for (const [start, end] of allowed) if (start < MEMORY_SIZE) bytes.copy(before, start, start, Math.min(end, MEMORY_SIZE));
    if (!bytes.equals(before)) throw new Error(`${told} changes the byte at ${bytes.findIndex((byte, i) => byte !== before[i])}`);
  }
  expect(answered).toBeGreaterThan(CALLS / 8);
  // What is open are descriptors, and listings of some of them.
  for (let fd = 0; fd < 3000; fd++) preview1.call("fd_close", [fd]);
  expect([...preview1.handles]).toEqual([]);
  expect(preview1.guest.arenaBase.value - preview1.guest.heapStart).toBeLessThan(400_000);
});
