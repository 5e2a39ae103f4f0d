// Uses a store of blobs beside files of its own, and says what happens.

import { getStdout } from "wasi:cli/stdout@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { getArguments } from "wasi:cli/environment@0.2.12";
import { Blob, close, concat, directory, entries, many, open, pass, size } from "acme:store/blobs@1.2.0";

// Made at run time: a snapshot of the program cannot hold handles.
let stdout, mine;
const say = (text) => stdout.blockingWriteAndFlush(new TextEncoder().encode(`${text}\n`));
const decoder = new TextDecoder();

function drained(stream) {
  let text = "";
  for (;;) {
    try {
      text += decoder.decode(stream.blockingRead(1000n));
    } catch (error) {
      if ((error.payload ?? error).tag === "closed") return text;
      throw error;
    }
  }
}

const myFile = (name) => mine.openAt({ symlinkFollow: true }, name, {}, { read: true });

function attempt(name, action) {
  try {
    say(`${name}: ${action()}`);
  } catch (error) {
    const code = error.payload ?? error;
    say(`${name}: error ${typeof code === "string" ? code : (code.tag ?? code.message ?? String(code))}`);
  }
}

const steps = {
  records() {
    for (const { name, content, ready } of open(["a", "b"]))
      say(`${name} ${drained(content)} ${ready === undefined ? "-" : (ready.block(), ready.ready())}`);
  },
  mine: () => say(`mine ${drained(myFile("mine").readViaStream(0n))}`),
  given: () => attempt("given", () => size({ tag: "stream", val: new Blob("a").read() })),
  lent() {
    const stream = new Blob("b").read();
    attempt("lent", () => size({ tag: "both", val: [1, stream, 1000n] }));
    attempt("empty now", () => drained(stream).length);
    attempt("blob", () => size({ tag: "blob", val: new Blob("a") }));
    attempt("text", () => size({ tag: "text", val: "näive" }));
    attempt("nothing", () => size({ tag: "nothing" }));
  },
  list() {
    attempt("concat", () =>
      concat(
        [
          [new Blob("a").read(), 2n],
          [new Blob("b").read(), undefined],
        ],
        stdout,
      ),
    );
    attempt("none", () => concat([], stdout));
  },
  spilled() {
    attempt("many", () =>
      many(
        "text",
        7n,
        { tag: "stream", val: new Blob("a").read() },
        "four",
        [{ tag: "blob", val: new Blob("b") }, { tag: "nothing" }, { tag: "stream", val: new Blob("b").read() }],
        1.5,
        new Blob("a").read(),
        -3,
        [9, new Blob("b").read()],
      ),
    );
  },
  passed() {
    const stream = pass(new Blob("new").write());
    stream.blockingWriteAndFlush(new TextEncoder().encode("written"));
    stream.blockingSplice(myFile("mine").readViaStream(0n), 100n);
    stream.blockingFlush();
    attempt("passed", () => drained(new Blob("new").read()));
  },
  error: () => attempt("missing", () => new Blob("missing").read()),
  descriptors() {
    const theirs = directory();
    say(`theirs ${theirs.getType()} ${entries(theirs)}`);
    say(`same ${theirs.isSameObject(theirs)} ${theirs.isSameObject(mine)} ${mine.isSameObject(theirs)} ${mine.isSameObject(mine)}`);
    const file = theirs.openAt({ symlinkFollow: true }, "a", {}, { read: true });
    say(`file ${file.stat().size} ${decoder.decode(file.read(2n, 1n)[0])} ${drained(file.readViaStream(1n))}`);
    attempt("across", () => mine.linkAt({}, "mine", theirs, "linked"));
    attempt("back", () => theirs.renameAt("a", mine, "a"));
    attempt("no such file", () => theirs.openAt({}, "nowhere", {}, { read: true }));
    const names = [];
    const found = theirs.readDirectory();
    for (let entry; (entry = found.readDirectoryEntry()) !== undefined;) names.push(entry.name);
    say(`read ${names.sort()}`);
    close(theirs);
    say(`mine still ${myFile("mine").stat().size}`);
  },
  virtualStream: () => size({ tag: "stream", val: myFile("mine").readViaStream(0n) }),
  virtualLent: () => concat([[myFile("mine").readViaStream(0n), 1n]], stdout),
  virtualDescriptor: () => entries(mine),
};

export const run = {
  run() {
    stdout = getStdout();
    mine = getDirectories()[0][0];
    for (const name of getArguments().slice(1)) steps[name]();
  },
};
