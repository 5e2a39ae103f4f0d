// Calls every function of wasi:filesystem and every method of wasi:io/streams 0.2 on the directory /data and
// prints what each gives, a line each. The test says what is in /data.

import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { filesystemErrorCode } from "wasi:filesystem/types@0.2.12";
import { getArguments } from "wasi:cli/environment@0.2.12";
import { getStdin } from "wasi:cli/stdin@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { poll } from "wasi:io/poll@0.2.12";

const FOLLOW = { symlinkFollow: true };
const READ = { read: true };
const WRITE = { write: true };
const text = (bytes) => JSON.stringify(new TextDecoder().decode(bytes));
const bytes = (string) => new TextEncoder().encode(string);

const lines = [];

function show(value) {
  if (value === undefined || value === null) return "-";
  if (typeof value === "bigint") return String(value);
  if (ArrayBuffer.isView(value)) return value.length > 40 ? `${value.length} bytes` : text(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  if (Object.keys(value).length === 0) return "a resource";
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${show(each)}`)
    .join(", ")} }`;
}

function payloadOf(error) {
  const { payload } = error;
  if (payload === undefined) return `threw ${error}`;
  if (payload.tag === "last-operation-failed") return "last-operation-failed";
  return typeof payload === "string" ? payload : (payload.tag ?? show(payload));
}

/** Prints what a call gives, and gives it to the caller. */
function say(name, call) {
  try {
    const value = call();
    lines.push(`${name}: ${show(value)}`);
    return value;
  } catch (error) {
    lines.push(`${name}: ${payloadOf(error)}`);
    return undefined;
  }
}

function descriptors(data) {
  const open = (path, flags = READ, openFlags = {}, follow = FOLLOW) => data.openAt(follow, path, openFlags, flags);
  for (const path of [
    "file",
    "./file",
    "folder//inner",
    "folder/./inner",
    "folder/../file",
    "to-file",
    "to-folder/inner",
    "file/",
    "file/.",
    "",
    ".",
    "..",
    "../file",
    "folder/../..",
    "/file",
    "none",
    "none/none",
    "file/none",
    "loop",
    "dangling",
    "outside",
    "n".repeat(256),
    "sub/up/file",
  ]) {
    const short = path.length > 20 ? `${path.length} bytes` : path;
    say(`open-at "${short}"`, () => open(path).getType());
    say(`stat-at "${short}"`, () => data.statAt(FOLLOW, path).type);
    say(`stat-at "${short}", the link itself`, () => data.statAt({}, path).type);
  }
  for (const [name, openFlags, flags, follow] of [
    ["file create", { create: true }, READ],
    ["file create exclusive", { create: true, exclusive: true }, READ],
    ["file directory", { directory: true }, READ],
    ["file truncate", { truncate: true }, WRITE],
    ["file write", {}, WRITE],
    ["file no flags", {}, {}],
    ["file mutate-directory", {}, { read: true, mutateDirectory: true }],
    ["new create", { create: true }, WRITE],
    ["new create exclusive", { create: true, exclusive: true }, WRITE],
    ["folder", {}, READ],
    ["folder directory", { directory: true }, READ],
    ["folder write", {}, WRITE],
    ["folder create directory", { create: true, directory: true }, READ],
    ["to-file without following", {}, READ, {}],
    ["dangling create", { create: true }, WRITE],
  ]) {
    say(`open-at ${name}`, () => open(name.split(" ")[0], flags, openFlags, follow).getFlags());
  }
  const file = open("file");
  const folder = open("folder");
  say("get-flags", () => file.getFlags());
  say("get-type", () => [file.getType(), folder.getType()]);
  say("stat", () => ({ ...file.stat(), ...{ linkCount: String(file.stat().linkCount) } }));
  say("stat of a folder", () => ({ ...folder.stat(), size: 0n }));
  say("stat of the root, links", () => data.stat().linkCount);
  say("read", () => file.read(5n, 0n));
  say("read to the end", () => file.read(8n, 5n));
  say("read beyond the end", () => file.read(100n, 5n));
  say("read at the end", () => file.read(5n, 13n));
  say("read past the end", () => file.read(5n, 1000n));
  say("read 2^40 at 0", () => file.read(2n ** 40n, 0n));
  say("read at 2^40", () => file.read(1n, 2n ** 40n));
  say("read nothing", () => file.read(0n, 0n));
  say("read an empty file", () => open("empty").read(10n, 0n));
  say("read a folder", () => folder.read(1n, 0n));
  say("read unreadable", () => open("file", {}).read(1n, 0n));
  for (const advice of ["normal", "sequential", "random", "will-need", "dont-need", "no-reuse"])
    say(`advise ${advice}`, () => file.advise(0n, 10n, advice));
  say("sync", () => file.sync());
  say("sync-data", () => file.syncData());
  say("is-same-object", () => [
    file.isSameObject(file),
    file.isSameObject(open("to-file")),
    file.isSameObject(open("copy")),
    folder.isSameObject(file),
  ]);
  const hash = (value) => `${value.lower} ${value.upper}`;
  say("metadata-hash is the same", () => hash(file.metadataHash()) === hash(data.metadataHashAt(FOLLOW, "to-file")));
  say("metadata-hash is another", () => hash(file.metadataHash()) === hash(data.metadataHashAt(FOLLOW, "copy")));
  say("metadata-hash-at none", () => data.metadataHashAt(FOLLOW, "none"));
  say("metadata-hash of a link is another", () => hash(data.metadataHashAt({}, "to-file")) === hash(file.metadataHash()));
  say("readlink-at", () => data.readlinkAt("to-file"));
  say("readlink-at file", () => data.readlinkAt("file"));
  say("readlink-at none", () => data.readlinkAt("none"));
  say("read-directory", () => entriesOf(data));
  say("read-directory of an opened folder", () => entriesOf(folder));
  say("read-directory of a file", () => entriesOf(file));
  say("read-directory-entry at the end", () => {
    const entries = folder.readDirectory();
    while (entries.readDirectoryEntry() !== undefined);
    return [entries.readDirectoryEntry(), entries.readDirectoryEntry()];
  });
}

function entriesOf(directory) {
  const entries = directory.readDirectory();
  const found = [];
  for (let entry; (entry = entries.readDirectoryEntry()) !== undefined;) found.push(`${entry.name}/${entry.type}`);
  return found.sort();
}

/** What would change something; the host is not asked this. */
function mutations(data, other) {
  const file = data.openAt(FOLLOW, "file", {}, READ);
  const now = { tag: "now" };
  say("write", () => file.write(bytes("x"), 0n));
  say("write-via-stream", () => file.writeViaStream(0n));
  say("append-via-stream", () => file.appendViaStream());
  say("set-size", () => file.setSize(0n));
  say("set-times", () => file.setTimes(now, { tag: "timestamp", val: { seconds: 1n, nanoseconds: 2 } }));
  say("set-times-at", () => data.setTimesAt(FOLLOW, "file", now, now));
  say("set-times-at none", () => data.setTimesAt(FOLLOW, "none", now, now));
  say("create-directory-at", () => data.createDirectoryAt("new"));
  say("create-directory-at folder", () => data.createDirectoryAt("folder"));
  say("link-at", () => data.linkAt({}, "file", data, "new"));
  say("link-at none", () => data.linkAt({}, "none", data, "new"));
  say("symlink-at", () => data.symlinkAt("file", "new"));
  say("symlink-at file", () => data.symlinkAt("file", "file"));
  say("rename-at", () => data.renameAt("file", other, "new"));
  say("rename-at none", () => data.renameAt("none", data, "new"));
  say("remove-directory-at", () => data.removeDirectoryAt("folder"));
  say("unlink-file-at", () => data.unlinkFileAt("file"));
  say("unlink-file-at none", () => data.unlinkFileAt("none"));
}

function inputStreams(data) {
  const at = (path, offset) => data.openAt(FOLLOW, path, {}, READ).readViaStream(offset);
  const stream = at("file", 7n);
  say("stream read", () => stream.read(3n));
  say("stream read nothing", () => stream.read(0n));
  say("stream skip", () => stream.skip(1n));
  say("stream blocking-read", () => stream.blockingRead(100n));
  say("stream read at the end", () => stream.read(1n));
  say("stream read again", () => stream.blockingRead(1n));
  say("stream skip at the end", () => stream.skip(1n));
  say("stream blocking-skip", () => at("file", 0n).blockingSkip(5n));
  say("stream skip beyond the end", () => at("file", 10n).blockingSkip(100n));
  say("stream at the end", () => at("file", 13n).blockingRead(5n));
  say("stream past the end", () => at("file", 2n ** 40n).blockingRead(5n));
  say("stream of an empty file", () => at("empty", 0n).blockingRead(5n));
  say("stream of a folder", () => at("folder", 0n));
  say("stream of a big file", () => {
    const big = at("big", 5n);
    let sum = 0;
    let count = 0;
    try {
      for (;;) {
        const chunk = big.blockingRead(100_000n);
        count += chunk.length;
        for (let i = 0; i < chunk.length; i += 997) sum += chunk[i];
        if (count >= 299_995) sum = 0;
      }
    } catch (error) {
      return [payloadOf(error), count, sum];
    }
  });
  // Wasmtime's timers say that they are not ready, however past, until they have been asked once.
  say("subscribe, ready", () => {
    const pollable = stream.subscribe();
    pollable.block();
    return [pollable.ready(), [...poll([pollable])]];
  });
  say("a folder's bytes as a stream: error code", () => {
    try {
      const folder = data.openAt(FOLLOW, "folder", {}, READ).readViaStream(0n);
      folder.blockingRead(1n);
      return "read";
    } catch (error) {
      return error.payload?.val === undefined ? payloadOf(error) : filesystemErrorCode(error.payload.val);
    }
  });
}

/** The lines so far come out in the middle: what is spliced is part of the output. */
function outputStreams(data) {
  const out = getStdout();
  const flush = () => {
    if (lines.length > 0) {
      const all = bytes(`${lines.splice(0).join("\n")}\n`);
      for (let at = 0; at < all.length; at += 4096) out.blockingWriteAndFlush(all.subarray(at, at + 4096));
    }
  };
  const stream = (path) => data.openAt(FOLLOW, path, {}, READ).readViaStream(0n);
  const file = stream("file");
  flush();
  say("splice", () => out.splice(file, 5n));
  out.blockingFlush();
  say("blocking-splice", () => out.blockingSplice(file, 100n));
  out.blockingFlush();
  say("splice at the end", () => out.splice(file, 1n));
  say("blocking-splice at the end", () => out.blockingSplice(file, 1n));
  say("splice nothing", () => out.splice(stream("file"), 0n));
  flush();
  say("check-write permits something", () => out.checkWrite() > 0n);
  say("write", () => out.write(bytes("(written)")));
  say("flush", () => out.flush());
  out.blockingFlush();
  // On preview2-shim, zeroes are never written and flushed.
  if (getArguments().includes("zeroes")) {
    say("blocking-write-zeroes-and-flush", () => out.blockingWriteZeroesAndFlush(3n));
    say("write-zeroes", () => (out.checkWrite(), out.writeZeroes(2n)));
    out.blockingFlush();
  }
  say("subscribe", () => {
    const pollable = out.subscribe();
    pollable.block();
    return pollable.ready();
  });
  flush();
  const error = getStderr();
  say("closed check-write", () => error.checkWrite());
  say("closed write", () => error.write(bytes("x")));
  say("closed blocking-write-and-flush", () => error.blockingWriteAndFlush(bytes("x")));
  say("closed flush", () => error.flush());
  say("closed blocking-flush", () => error.blockingFlush());
  say("closed write-zeroes", () => error.writeZeroes(1n));
  say("closed blocking-write-zeroes-and-flush", () => error.blockingWriteZeroesAndFlush(1n));
  say("closed splice", () => error.splice(stream("file"), 1n));
  say("closed blocking-splice", () => error.blockingSplice(stream("file"), 1n));
  say("closed subscribe", () => {
    const pollable = error.subscribe();
    pollable.block();
    return pollable.ready();
  });
  const input = getStdin();
  say("stdin", () => input.blockingRead(5n));
  say("splice stdin", () => out.blockingSplice(input, 100n));
  say("stdin at its end", () => input.read(5n));
  flush();
}

export const run = {
  run() {
    const directories = getDirectories();
    const preopened = (path) => directories.find(([, name]) => name === path)?.[0];
    const data = preopened("/data");
    say("get-directories", () => directories.map(([, name]) => name));
    descriptors(data);
    inputStreams(data);
    if (directories.length > 1) mutations(data, preopened("/other"));
    outputStreams(data);
  },
};
