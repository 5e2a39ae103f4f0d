/** Random operations of a program that does what it is told, as the model answers them. */

import { Err } from "../descriptors.ts";
import * as names from "./names.ts";
import { Script } from "./script.ts";
import { type Open, type Setting, State } from "./state.ts";

type Operation = (state: State, script: Script) => void;

const ofFile = (state: State, flag: string): Open | undefined => {
  const all = state.open.filter(({ inode, flags }) => inode.type === "regular-file" && flags.includes(flag));
  return all.length === 0 ? undefined : state.pick(all);
};

const write: Operation = (state, script) => {
  const file = ofFile(state, "write");
  if (file === undefined) return;
  const [offset, text] = [state.pick([-1n, 0n, 1n, 100n]), state.pick(["x", "yy", "z".repeat(100)])];
  if (offset < 0n) script.append(file.handle, text);
  else script.write(file.handle, offset, text);
  state.same(
    "write",
    undefined,
    state.model.write(file.inode, Buffer.from(text), offset < 0n ? BigInt(file.inode.bytes.length) : offset),
    script,
  );
};

const read: Operation = (state, script) => {
  const file = ofFile(state, "read");
  if (file === undefined) return;
  const { bytes } = file.inode;
  script.read(file.handle);
  state.same("read", undefined, `${bytes.length} ${bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 0)}`, script);
};

const setSize: Operation = (state, script) => {
  const file = ofFile(state, "write");
  if (file === undefined) return;
  const size = BigInt(state.pick([0, 1, 5000]));
  script.setSize(file.handle, size);
  state.model.setSize(file.inode, size);
  state.same("set-size", undefined, "ok", script);
};

const stat: Operation = (state, script) => {
  // What has been removed may be told by what is known of it.
  const { handle, inode } = state.pick(state.open.filter((each) => each.inode.way === undefined));
  state.same("stat", script.stat(handle), state.model.stat(inode), script);
};

/** An open directory in the place of which something else is now: until it is closed, the name is busy. */
function leave(state: State, script: Script, open: Open): void {
  script.list(open.handle);
  state.same("list", undefined, open.inode.way, script);
  state.close(open);
}

const list: Operation = (state, script) => {
  const { handle, inode } = state.pick(state.open.filter((each) => each.inode.type === "directory"));
  script.list(handle);
  state.same("list", undefined, inode.way ?? [...inode.entries].map(([name, { type }]) => `${name} ${type}`), script);
};

const setTimes: Operation = (state, script) => {
  const { handle, inode, isProtected = false } = state.pick(state.open);
  const isFixed = state.model.isReadOnly || isProtected || (state.isHost && inode.type === "directory");
  state.same("set-times", script.plain("set_times", handle), isFixed ? new Err("read-only") : "ok", script);
};

const OPERATIONS: readonly (readonly [weight: number, operation: Operation])[] = [
  [8, names.openSome],
  [2, names.closeSome],
  [3, names.mkdir],
  [1, names.rmdir],
  [2, names.unlink],
  [4, names.rename],
  [3, names.link],
  [2, names.symlink],
  [1, names.readlink],
  [3, names.statAt],
  [1, names.setTimesAt],
  [1, stat],
  [1, setSize],
  [1, setTimes],
  [2, list],
  [2, write],
  [2, read],
];

/** Operations in an order by chance, with what they have to come to. */
export function scripted(seed: number, length: number, setting: Setting): Script {
  const script = new Script(setting.mounts?.length ?? 1);
  const state = new State(seed, { ...setting, script });
  const all = OPERATIONS.flatMap(([weight, operation]) => Array.from({ length: weight }, () => operation));
  for (state.step = 1; state.step <= length; state.step++) {
    state.model.now = BigInt(state.step);
    state.pick(all)(state, script);
    for (const open of state.open.filter(({ inode }) => inode.way?.error === "busy")) leave(state, script, open);
  }
  return script;
}
