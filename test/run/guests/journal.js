// A library that keeps a journal: it writes and reads files below its first directory, and prints what it does.

import { getStdout } from "wasi:cli/stdout@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";

let root;
let output;
let kept;
const directory = () => (root ??= getDirectories()[0][0]);
const bytes = (text) => new TextEncoder().encode(text);

function print(text) {
  output ??= getStdout();
  output.blockingWriteAndFlush(bytes(`${text}\n`));
}

const open = (name, openFlags, flags) => directory().openAt({}, name, openFlags, flags);

export const library = {
  /** Adds a line to a file, which is kept open. */
  note(line) {
    print(`note ${line}`);
    kept ??= open("journal", { create: true }, { read: true, write: true });
    const stream = kept.appendViaStream();
    stream.blockingWriteAndFlush(bytes(`${line};`));
    stream[Symbol.dispose]();
    return Number(kept.stat().size);
  },
  /** How many lines a file has. */
  count(name) {
    print(`count ${name}`);
    try {
      const file = open(name, {}, { read: true });
      const [found] = file.read(1_000_000n, 0n);
      file[Symbol.dispose]();
      return new TextDecoder().decode(found).split("\n").length - 1;
    } catch (error) {
      return error.payload === "no-entry" ? -1 : -2;
    }
  },
};
