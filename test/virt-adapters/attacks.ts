/**
 * What a guest may do so that memory grows, whatever it is that takes it: each makes things until it is told no, or so
 * often. What a guest keeps open stays so. Every refusal is one that says that something is full.
 */

import { Err } from "./file-system.ts";
import { CREATE, WRITE, type WritableFiles } from "./writing.ts";

/** Does something in a directory; answers what it was told when it came to an end. */
export type Attack = (fs: WritableFiles, base: number, times: number) => string;

/** No attack comes by the names of another. */
const nameOf = (attack: string, index: number, length = 250): string => `${attack}${`${index}`.padStart(length - attack.length, "n")}`;
const bytes = new Uint8Array(4000).fill(1);

function until(times: number, action: (index: number) => unknown): string {
  for (let index = 0; index < times; index++) {
    const answer = action(index);
    if (answer instanceof Err) return answer.error;
    if (answer === "closed") return "closed";
  }
  return "never";
}

/** A new file of so many bytes, or an empty one. */
function save(fs: WritableFiles, base: number, name: string, size: number): unknown {
  const file = fs.openAt(base, name, CREATE);
  if (file instanceof Err) return file;
  const written = size === 0 ? 0 : fs.write(file, bytes.subarray(0, size), 0n);
  fs.close(file);
  return written;
}

const makeAndClose = (fs: WritableFiles, base: number, name: string): unknown => save(fs, base, name, 0);

/** Does something with one file, if there is room for it. */
function withOne(fs: WritableFiles, base: number, action: (file: number) => string): string {
  const found = fs.openAt(base, "one", CREATE);
  return found instanceof Err ? found.error : action(found);
}

/** The names of what is embedded. */
export const EMBEDDED: readonly string[] = Array.from({ length: 2000 }, (_, index) => `e${index}`);

function ofEmbedded(action: (name: string) => unknown): string {
  return until(EMBEDDED.length, (index) => {
    const answer = action(EMBEDDED[index] ?? "");
    // It has another name by now.
    return answer instanceof Err && answer.error === "no-entry" ? "ok" : answer;
  });
}

export const attacks: Readonly<Record<string, Attack>> = {
  "empty files": (fs, base, times) => until(times, (index) => makeAndClose(fs, base, nameOf("e", index, 10))),
  "files of a byte": (fs, base, times) => until(times, (index) => save(fs, base, nameOf("b", index, 10), 1)),
  "long names": (fs, base, times) => until(times, (index) => makeAndClose(fs, base, nameOf("l", index))),
  "names that just need one unit more": (fs, base, times) => until(times, (index) => makeAndClose(fs, base, nameOf("u", index, 43))),
  directories: (fs, base, times) => until(times, (index) => fs.mkdir(nameOf("d", index), base)),
  "directories, each in the last": (fs, base, times) => {
    let at = base;
    return until(times, () => {
      const made = fs.mkdir("in", at);
      if (made instanceof Err) return made;
      const next = fs.openAt(at, "in", { open: ["directory"] });
      if (!(next instanceof Err)) at = next;
      return next;
    });
  },
  "targets of links": (fs, base, times) => until(times, (index) => fs.symlink("t".repeat(4080), nameOf("t", index, 10), base)),
  "hard links": (fs, base, times) =>
    withOne(fs, base, (file) => {
      fs.close(file);
      return until(times, (index) => fs.link("one", nameOf("h", index), false, base));
    }),
  contents: (fs, base, times) => withOne(fs, base, (file) => until(times, (index) => fs.write(file, bytes, BigInt(index) * 4000n))),
  "a byte here and there": (fs, base, times) =>
    withOne(fs, base, (file) => until(times, (index) => fs.write(file, "x", (BigInt(index) * 0x10001000n) % 2n ** 32n))),
  "a byte far out in many files": (fs, base, times) =>
    until(times, (index) => {
      const file = fs.openAt(base, nameOf("f", index, 10), CREATE);
      return file instanceof Err ? file : fs.write(file, "x", 2n ** 32n - 1n - BigInt(index));
    }),
  "large sizes": (fs, base) =>
    withOne(fs, base, (file) =>
      until(64, (index) => {
        fs.setSize(file, 2n ** BigInt(index));
        return fs.read(file, 2n ** 40n, 0n);
      }),
    ),
  "open descriptors": (fs, base, times) => until(times, () => fs.openAt(base, ".")),
  "open files that are gone": (fs, base, times) =>
    until(times, (index) => {
      const file = fs.openAt(base, "gone", CREATE);
      if (file instanceof Err) return file;
      const written = fs.write(file, bytes, BigInt(index % 3) * 4096n);
      fs.unlink("gone", base);
      return written;
    }),
  "input streams": (fs, base, times) => withOne(fs, base, (file) => until(times, () => fs.readViaStream(file, 0n))),
  "output streams": (fs, base, times) => withOne(fs, base, (file) => until(times, () => fs.writeVia(file))),
  "streams of entries": (fs, base, times) => until(times, () => fs.readDirectory(base)),
  "streams that fail": (fs, base, times) =>
    withOne(fs, base, (file) =>
      until(times, () => {
        const stream = fs.writeVia(file);
        return stream instanceof Err ? stream : fs.put(stream, bytes);
      }),
    ),
  "fragments: of files of many sizes every second one is deleted": (fs, base, times) => {
    for (const [round, size] of [64, 960, 1990, 3000, 200, 4000].entries()) {
      const name = (index: number): string => nameOf(`r${round}`, index, 10);
      until(times / 6, (index) => save(fs, base, name(index), size));
      for (let index = 0; index < times / 6; index += 2) if (fs.unlink(name(index), base) instanceof Err) break;
    }
    return until(times, (index) => save(fs, base, nameOf("s", index, 10), 4000));
  },
  "names that come and go": (fs, base, times) =>
    until(times / 10, (index) => {
      const from = nameOf("c", index % 7, 200);
      const handle = makeAndClose(fs, base, from);
      return handle instanceof Err ? handle : fs.rename(from, nameOf("g", index % 50, 30 + (index % 200)), base);
    }),
  "changes of what is embedded": (fs, base) =>
    ofEmbedded((name) => {
      const file = fs.openAt(base, name, WRITE);
      if (file instanceof Err) return file;
      const written = fs.write(file, "x", 0n);
      fs.close(file);
      return written;
    }),
  "new times of what is embedded": (fs, base) => ofEmbedded((name) => fs.setTimesAt(name, base)),
  "new names of what is embedded": (fs, base) => ofEmbedded((name) => fs.rename(name, nameOf("n", Number(name.slice(1))), base)),
  "all that is embedded, open": (fs, base) => ofEmbedded((name) => fs.openAt(base, name)),
};
