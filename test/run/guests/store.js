// A store of blobs, which are the files of the first of the directories that it is given: as a component, or
// as a module of the host's.

const decoder = new TextDecoder();

/** All that is left of a stream, as text. */
function drained(stream) {
  let text = "";
  for (;;) {
    try {
      text += decoder.decode(stream.blockingRead(65536n));
    } catch (error) {
      if ((error.payload ?? error).tag === "closed") return text;
      throw error;
    }
  }
}

export function blobsOf(getDirectories) {
  const root = () => getDirectories()[0][0];
  const openFile = (name) => root().openAt({ symlinkFollow: true }, name, {}, { read: true }).readViaStream(0n);

  class Blob {
    constructor(name) {
      this.name = name;
    }
    read() {
      try {
        return openFile(this.name);
      } catch (error) {
        throw String(error.payload ?? error);
      }
    }
    write() {
      return root().openAt({}, this.name, { create: true, truncate: true }, { write: true }).writeViaStream(0n);
    }
  }

  function sizeOf({ tag, val }) {
    if (tag === "text") return val.length;
    if (tag === "stream") return drained(val).length;
    if (tag === "blob") return drained(val.read()).length;
    return tag === "both" ? drained(val[1]).length + Number(val[2]) + val[0] : 0;
  }

  return {
    Blob,
    open: (names) =>
      names.map((name) => ({ name: `<${name}>`, content: openFile(name), ready: name === "a" ? openFile(name).subscribe() : undefined })),
    size: (source) => BigInt(sizeOf(source)),
    concat(from, to) {
      const text = from.map(([stream, times]) => drained(stream).repeat(Number(times ?? 1n))).join("+");
      to.blockingWriteAndFlush(new TextEncoder().encode(`${text}\n`));
      return text;
    },
    many: (a, b, c, d, e, f, g, h, [i, stream]) =>
      [a.length, b, sizeOf(c), d?.length ?? 0, ...e.map(sizeOf), f * 2, drained(g).length, h + 100, i, drained(stream).length].map(BigInt),
    pass: (stream) => stream,
    // Not the root itself: preview2-shim cannot read a preopen.
    directory: () => root().openAt({}, ".", { directory: true }, { read: true }),
    entries(directory) {
      const found = directory.readDirectory();
      const names = [];
      for (let entry; (entry = found.readDirectoryEntry()) !== undefined;) names.push(entry.name);
      return names.sort();
    },
    close() {},
  };
}
