/** Operations on what is open, which WASI 0.2 and 0.3 both have; and those by which 0.2 reads and writes without a stream. */

import { Err } from "../file-system.ts";
import { bytesOf, type State } from "./state.ts";

type Operation = (state: State) => void;

export const stat: Operation = (state) => {
  const { files, handle, inode } = state.pick(state.open);
  state.same("stat", files.stat(handle), state.model.stat(inode), files);
};

export const kind: Operation = (state) => {
  const { files, handle, inode, flags, isProtected = false } = state.pick(state.open);
  const isChangeable = inode.type === "directory" && !state.model.isReadOnly && !isProtected;
  state.same("get-type", files.type(handle), inode.type, files);
  state.same("get-flags", files.flags(handle), isChangeable ? [...flags, "mutate-directory"] : flags, files);
};

export const setSize: Operation = (state) => {
  const { files, handle, inode, flags } = state.pick(state.open);
  const size = BigInt(state.offset() + state.random(2) * state.length());
  const ours = files.setSize(handle, size);
  if (flags.includes("write")) state.model.setSize(inode, size);
  state.same(`set-size ${size}`, ours, flags.includes("write") ? "ok" : new Err("invalid"), files);
};

/** Of a time: as it is, now, or what is said, which may be none. */
export const setTimes: Operation = (state) => {
  const { files, handle, inode, isProtected = false } = state.pick(state.open);
  const times = [0, 1].map(() => ({
    kind: state.random(3),
    seconds: BigInt(state.random(1000)),
    nanoseconds: state.pick([0, 5, 999_999_999, 10 ** 9]),
  }));
  const [accessed, modified] = times.map(({ kind, seconds, nanoseconds }) =>
    kind === 0 ? undefined : kind === 1 ? state.model.now : seconds * 1_000_000_000n + BigInt(nanoseconds),
  );
  const isFixed = state.model.isReadOnly || isProtected;
  const isWrong = !isFixed && times.some((each) => each.kind === 2 && each.nanoseconds === 10 ** 9);
  const ours = files.plain("set_times", handle, ...times.flatMap((each) => [each.kind, each.seconds, each.nanoseconds]));
  state.same(
    "set-times",
    ours,
    isFixed ? new Err("read-only") : isWrong ? new Err("invalid") : (state.model.setTimes(inode, accessed, modified) ?? "ok"),
    files,
  );
};

export const advise: Operation = (state) => {
  const { files, handle, inode } = state.pick(state.open);
  const expected = inode.type === "directory" ? new Err("bad-descriptor") : "ok";
  state.same("advise", files.plain("advise", handle, BigInt(state.offset()), BigInt(state.length()), state.random(6)), expected, files);
};

export const sync: Operation = (state) => {
  const { files, handle } = state.pick(state.open);
  state.same("sync", files.plain("sync", handle), "ok", files);
  state.same("sync-data", files.plain("sync_data", handle), "ok", files);
};

/** Handles of both versions have the same hash. */
export const identity: Operation = (state) => {
  const [one, other] = [state.pick(state.open), state.pick(state.open)];
  const isSame = one.inode === other.inode;
  if (one.files === other.files) state.same("is-same-object", one.files.isSame(one.handle, other.handle), isSame, one.files);
  state.same("metadata-hash", one.files.hash(one.handle) === other.files.hash(other.handle), isSame, one.files);
};

export const list: Operation = (state) => {
  const { files, handle, inode } = state.pick(state.open);
  if (inode.type !== "directory") {
    if (files === state.fs) state.same("list", state.fs.readDirectory(handle), new Err("not-directory"));
    return;
  }
  const expected = [...inode.entries].map(([name, { type }]) => `${name} ${type}`).sort();
  const ours = files.list(handle).map(([type, name]) => `${name} ${type}`);
  state.same("list", ours.sort(), expected, files);
};

export const write: Operation = (state) => {
  const { handle, inode, flags } = state.ofOld();
  const [bytes, offset] = [bytesOf(state.length(), state.step), BigInt(state.offset())];
  const ours = state.fs.write(handle, bytes, offset);
  const expected = flags.includes("write") ? state.model.write(inode, bytes, offset) : new Err("bad-descriptor");
  state.same(`write ${bytes.length} ${offset}`, ours, expected);
};

export const read: Operation = (state) => {
  const { handle, inode, flags } = state.ofOld();
  if (inode.type === "directory") return;
  const [length, offset] = [state.pick([state.length(), 100_000]), state.offset()];
  const ours = state.fs.read(handle, BigInt(length), BigInt(offset));
  const expected = inode.bytes.subarray(offset, offset + length);
  const isEnd = expected.length === 0 || offset + length >= inode.bytes.length;
  if (ours instanceof Err) return state.same("read", ours, flags.includes("read") ? "bytes" : new Err("bad-descriptor"));
  state.same(`read ${length} ${offset}`, Buffer.compare(ours[0], expected) === 0 && ours[1] === isEnd, true);
};
