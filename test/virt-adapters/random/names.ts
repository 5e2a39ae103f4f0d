/** Operations on names, which WASI 0.2 and 0.3 both have. */

import { Err } from "../file-system.ts";
import type { State } from "./state.ts";

type Operation = (state: State) => void;

export const openSome: Operation = (state) => {
  const { model } = state;
  const isPlain = state.random(2) === 0;
  const base = isPlain ? state.pick(state.roots) : state.from();
  const [path, follow] = [isPlain ? state.known() : state.path(), state.random(3) > 0];
  const open = isPlain
    ? []
    : ["create", "directory", "exclusive", "truncate"].filter((_, index) => state.random([2, 8, 6, 6][index] ?? 1) === 0);
  const flags = ["read", "write"].filter((flag) => (flag === "write" && model.isReadOnly ? state.random(4) === 0 : state.random(4) > 0));
  const opened = base.files.openAt(base.handle, path, { follow, open, flags });
  const wasProtected = model.isProtected(base.inode, path, follow);
  const inode = model.open(base.inode, path, follow, open, flags);
  const [ours, expected] = [opened instanceof Err ? opened : undefined, inode instanceof Err ? inode : undefined];
  state.same(`open ${path} ${follow} ${open} ${flags}`, ours, expected, base.files);
  if (opened instanceof Err || inode instanceof Err) return;
  const { mount } = base;
  state.keep({ files: base.files, handle: opened, inode, flags, isProtected: wasProtected, ...(mount !== undefined && { mount }) });
  if (state.open.length > 12 + state.roots.length) state.closeSome();
};

export const closeSome: Operation = (state) => state.closeSome();

export const mkdir: Operation = (state) => {
  const [{ files, handle, inode }, path] = [state.from(), state.path()];
  state.same(`mkdir ${path}`, files.mkdir(path, handle), state.model.mkdir(inode, path) ?? "ok", files);
};

export const rmdir: Operation = (state) => {
  const [{ files, handle, inode }, path] = [state.from(), state.path()];
  state.same(`rmdir ${path}`, files.rmdir(path, handle), state.model.rmdir(inode, path) ?? "ok", files);
};

export const unlink: Operation = (state) => {
  const [{ files, handle, inode }, path] = [state.from(), state.path()];
  state.same(`unlink ${path}`, files.unlink(path, handle), state.model.unlink(inode, path) ?? "ok", files);
};

export const rename: Operation = (state) => {
  const base = state.from();
  const [from, newBase, to] = [state.path(), state.from(base.files), state.path()];
  const ours = base.files.rename(from, to, base.handle, newBase.handle);
  state.same(
    `rename ${from} ${to}`,
    ours,
    state.model.rename(base.inode, from, newBase.inode, to, [base.mount, newBase.mount]) ?? "ok",
    base.files,
  );
};

export const link: Operation = (state) => {
  const isKnown = state.random(2) === 0;
  const base = isKnown ? state.pick(state.roots) : state.from();
  const from = isKnown ? state.known() : state.path();
  const [newBase, to, follow] = [state.from(base.files), state.path(), state.random(2) === 0];
  const ours = base.files.link(from, to, follow, base.handle, newBase.handle);
  state.same(
    `link ${from} ${to}`,
    ours,
    state.model.link(base.inode, from, follow, newBase.inode, to, [base.mount, newBase.mount]) ?? "ok",
    base.files,
  );
};

export const symlink: Operation = (state) => {
  const [{ files, handle, inode }, target, path] = [state.from(), state.path(), state.path()];
  state.same(`symlink ${target} ${path}`, files.symlink(target, path, handle), state.model.symlink(inode, target, path) ?? "ok", files);
};

export const readlink: Operation = (state) => {
  const [{ files, handle, inode }, path] = [state.from(), state.path()];
  state.same(`readlink ${path}`, files.readlinkAt(handle, path), state.model.readlink(inode, path), files);
};

export const statAt: Operation = (state) => {
  const [{ files, handle, inode }, path, follow] = [state.from(), state.path(), state.random(2) === 0];
  const found = state.model.resolve(inode, path, follow);
  state.same(`stat-at ${path}`, files.statAt(handle, path, follow), found instanceof Err ? found : state.model.stat(found), files);
};

/** A path has the hash of a descriptor if both are one object. */
export const hashAt: Operation = (state) => {
  const [{ files, handle, inode }, path, follow] = [state.from(), state.path(), state.random(2) === 0];
  const other = state.pick(state.open);
  const found = state.model.resolve(inode, path, follow);
  const hash = files.hashAt(handle, path, follow);
  const ours = hash instanceof Err ? hash : hash === other.files.hash(other.handle);
  state.same(`hash-at ${path}`, ours, found instanceof Err ? found : found === other.inode, files);
};

export const setTimesAt: Operation = (state) => {
  const [{ files, handle, inode }, path, follow] = [state.from(), state.path(), state.random(2) === 0];
  const seconds = BigInt(state.random(1000));
  const ours = files.plain("set_times_at", handle, Number(follow), path, 0, 0n, 0, 2, seconds, 5);
  const expected = state.model.setModified(inode, path, follow, seconds * 1_000_000_000n + 5n);
  state.same(`set-times-at ${path}`, ours, expected ?? "ok", files);
};
