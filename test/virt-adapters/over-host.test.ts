/** Files over a directory of the host's: what is asked of the host, what is kept, and what it makes of errors. */

import { describe, expect, test } from "vitest";
import { preopensOf } from "../../src/adapters/filesystem/mounts.ts";
import { AsyncFiles } from "./async-files.ts";
import type { Entry } from "./async-types.ts";
import { directory, Err } from "./file-system.ts";
import { hostDirectory, hostFile, hostLink, type HostNode, HostTree } from "./host-tree.ts";
import { CREATE, WRITE } from "./writing.ts";

const error = (code: string): Err => new Err(code);
const BLOCK = 4096;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7) % 251);

describe("contents", () => {
  test("are the host's until they are written, block by block", () => {
    const contents = bytes(10 * BLOCK + 100);
    const host = new HostTree({ f: hostFile(contents) });
    const { files } = host;
    const f = files.must(files.openAt(files.base, "f", WRITE));
    expect(files.write(f, "new", 5000n)).toBe(3);
    expect(files.usedBytes).toBe(BigInt(BLOCK));
    expect(host.calls.filter((call) => call.startsWith("read "))).toEqual([`read ${BLOCK}`]);
    const expected = contents.slice();
    expected.set(Buffer.from("new"), 5000);
    expect(files.must(files.read(f, 100_000n, 0n))[0]).toEqual(expected);
    expect(files.must(files.read(f, 10n, 40_000n))[0]).toEqual(expected.subarray(40_000, 40_010));
    files.close(f);
    expect(Buffer.from(files.contents("f")).length).toBeGreaterThan(0);
    expect(host.root.entries?.get("f")?.contents).toEqual(contents);
  });

  test("come as the host has them, without a copy of more than is asked for", () => {
    const host = new HostTree({ f: hostFile(bytes(200_000)) });
    const { files } = host;
    const f = files.must(files.openAt(files.base, "f"));
    expect(files.must(files.read(f, 1000n, 150_000n))).toEqual([bytes(200_000).subarray(150_000, 151_000), false]);
    expect(host.calls.at(-1)).toBe("read 1000");
    expect(files.must(files.read(f, 200_000n, 0n))[0]).toEqual(bytes(200_000));
    const stream = files.must(files.readViaStream(f, 199_990n));
    expect(files.take(stream, 100n)).toEqual(bytes(200_000).subarray(199_990));
    expect(files.take(stream, 100n)).toBe("closed");
  });

  test("go when they are cut off, and do not come back", () => {
    const { files } = new HostTree({ f: hostFile("0123456789") });
    const f = files.must(files.openAt(files.base, "f", WRITE));
    files.must(files.setSize(f, 4n));
    files.must(files.setSize(f, 8n));
    expect(files.contents("f")).toBe("0123\0\0\0\0");
  });

  test("beyond 4 GiB can be read, and not written", () => {
    const { files } = new HostTree({ f: { type: "regular-file", size: 6_000_000_000n } });
    const f = files.must(files.openAt(files.base, "f", WRITE));
    expect(files.must(files.read(f, 10n, 5_000_000_000n))).toEqual([new Uint8Array(10), false]);
    expect(files.must(files.read(f, 10n, 5_999_999_995n))).toEqual([new Uint8Array(5), true]);
    expect(files.write(f, "x", 5_000_000_000n)).toEqual(error("file-too-large"));
    expect(files.write(f, "x", 1_000_000n)).toBe(1);
    expect(files.must(files.stat(f)).size).toBe(6_000_000_000);
  });

  test("of a file that the host changes meanwhile are what is left, then zeros", () => {
    const node = hostFile("0123456789");
    const { files } = new HostTree({ f: node });
    const f = files.must(files.openAt(files.base, "f", WRITE));
    node.contents = Buffer.from("abc");
    expect(Buffer.from(files.must(files.read(f, 100n, 0n))[0]).toString()).toMatch(/^abc\0*$/);
    expect(Buffer.from(files.must(files.read(f, 100n, 5n))[0]).toString()).toBe("\0\0\0\0\0");
    expect(files.write(f, "X", 6n)).toBe(1);
    files.close(f);
    expect(files.contents("f")).toBe("abc\0\0\0X\0\0\0");
  });
});

describe("the host", () => {
  test("is asked for nothing but the stat of what is renamed, linked or removed", () => {
    const host = new HostTree({ a: hostFile("a"), b: hostFile("b"), d: hostDirectory({ inner: hostFile("inner") }), l: hostLink("a") });
    const { files } = host;
    void files.base;
    host.calls.length = 0;
    for (const result of [files.rename("a", "c"), files.link("c", "e"), files.unlink("b"), files.rename("d", "moved"), files.unlink("l")])
      expect(result).toBe("ok");
    expect(host.calls.filter((call) => !call.startsWith("stat-at "))).toEqual([]);
    expect([files.contents("e"), files.contents("moved/inner")]).toEqual(["a", "inner"]);
    expect(files.mkdir("d")).toBe("ok");
    expect(files.names("d")).toEqual([]);
    expect([...files.names()].sort()).toEqual(["c", "d", "e", "moved"]);
  });

  test("has no handle open but the directory's, when everything is closed", () => {
    const host = new HostTree({ f: hostFile("f"), d: hostDirectory({ f: hostFile("f") }) });
    const { files } = host;
    const [f, again] = [files.must(files.openAt(files.base, "f")), files.must(files.openAt(files.base, "f", WRITE))];
    expect(host.open.size).toBe(2);
    const stream = files.must(files.readViaStream(f, 0n));
    files.close(f);
    files.close(again);
    expect(files.take(stream, 1n)).toEqual(Uint8Array.of(102));
    expect(host.open.size).toBe(2);
    files.closeInput(stream);
    expect(host.open.size).toBe(1);
    expect(files.names("d")).toEqual(["f"]);
    const entries = files.must(files.readDirectory(files.must(files.openAt(files.base, "d"))));
    expect(host.open.size).toBe(3);
    files.closeDirectory(entries);
    expect(host.open.size).toBe(1);
    const read = files.must(files.readDirectory(files.must(files.openAt(files.base, "d"))));
    while (files.must(files.nextEntry(read)) !== undefined);
    expect(host.open.size).toBe(1);
    files.closeDirectory(read);
    expect(host.open.get([...host.open.keys()][0] ?? 0)).toBe(host.root);
  });

  test.each(["access", "io", "not-permitted"])("says `%s`, and so do we", (code) => {
    const { files } = new HostTree({
      unknown: hostFile("", { refuses: { "stat-at": code } }),
      closed: hostFile("text", { refuses: { "open-at": code } }),
      broken: hostFile("text", { refuses: { read: code } }),
      folder: { ...hostDirectory({}), refuses: { "open-at": code } },
    });
    expect(files.openAt(files.base, "unknown", CREATE)).toEqual(error(code));
    expect(files.unlink("unknown")).toEqual(error(code));
    expect(files.openAt(files.base, "closed")).toEqual(error(code));
    // What is dropped need not be read.
    files.save("closed", "new");
    expect(files.contents("closed")).toBe("new");
    const broken = files.must(files.openAt(files.base, "broken", WRITE));
    expect(files.read(broken, 4n, 0n)).toEqual(error(code));
    expect(files.write(broken, "x", 1n)).toEqual(error(code));
    expect(files.usedBytes).toBe(BigInt(BLOCK));
    expect(files.take(files.must(files.readViaStream(broken, 0n)), 4n)).toEqual(error(code));
    expect(files.put(files.must(files.writeVia(broken, 1n)), "x")).toEqual(error(code));
    expect(files.readDirectory(files.must(files.openAt(files.base, "folder")))).toEqual(error(code));
    expect(files.rmdir("folder")).toEqual(error(code));
  });
});

test("a path of the host's that does not fit into a block is refused, and writes beside nothing", () => {
  const name = "n".repeat(250);
  let entries: Record<string, HostNode> = { [`${"f".repeat(55)}`]: hostFile("fits"), [`${"f".repeat(57)}`]: hostFile("does not") };
  for (let depth = 0; depth < 16; depth++) entries = { [name]: hostDirectory(entries) };
  const { files } = new HostTree(entries);
  const folder = Array.from({ length: 16 }, () => name).join("/");
  expect(files.contents(`${folder}/${"f".repeat(55)}`)).toBe("fits");
  expect(files.statAt(files.base, `${folder}/${"f".repeat(57)}`)).toEqual(error("name-too-long"));
});

describe("what is neither file, directory nor link", () => {
  test.each(["fifo", "socket", "character-device", "block-device", "unknown"])(
    "a %s is seen, moved and removed, but not opened",
    (type) => {
      const { files } = new HostTree({ it: { type } });
      expect(files.must(files.statAt(files.base, "it")).type).toBe(type);
      expect(files.openAt(files.base, "it")).toEqual(error("not-permitted"));
      expect(files.openAt(files.base, "it", { flags: ["write"], open: ["truncate"] })).toEqual(error("not-permitted"));
      expect(files.rename("it", "moved")).toBe("ok");
      expect(files.must(files.statAt(files.base, "moved")).type).toBe(type);
      expect(files.unlink("moved")).toBe("ok");
      expect(files.names()).toEqual([]);
    },
  );
});

test("names of one file on the host are counted, and are two files here", () => {
  const node = hostFile("text", { links: 2 });
  const { files } = new HostTree({ a: node, b: node });
  const a = files.must(files.openAt(files.base, "a", WRITE));
  expect(files.must(files.stat(a)).links).toBe(2);
  expect(files.link("a", "c")).toBe("ok");
  expect(files.must(files.stat(a)).links).toBe(3);
  files.must(files.write(a, "X", 0n));
  expect([files.contents("a"), files.contents("b"), files.contents("c")]).toEqual(["Xext", "text", "Xext"]);
  expect([files.unlink("a"), files.unlink("c")]).toEqual(["ok", "ok"]);
  expect(files.must(files.stat(a)).links).toBe(1);
  files.close(a);
  expect(files.usedBytes).toBe(0n);
  expect(files.hashAt(files.base, "b")).toBe(files.hashAt(files.base, "b"));
});

test("links do not lead out, wherever the host's point", () => {
  const { files } = new HostTree({
    up: hostLink("../secret"),
    absolute: hostLink("/etc/passwd"),
    d: hostDirectory({ out: hostLink("../../secret"), in: hostLink("../f") }),
    f: hostFile("f"),
    loop: hostLink("loop"),
  });
  for (const path of ["up", "absolute", "d/out", "d/../../f"]) expect(files.openAt(files.base, path)).toEqual(error("not-permitted"));
  expect(files.contents("d/in")).toBe("f");
  expect(files.openAt(files.base, "loop")).toEqual(error("loop"));
  expect(files.readlinkAt(files.base, "absolute")).toBe("/etc/passwd");
  const d = files.must(files.openAt(files.base, "d"));
  expect(files.openAt(d, "in")).toEqual(error("not-permitted"));
});

test("a path is as long as one of the host's may be", () => {
  const { files } = new HostTree({ f: hostFile("f") });
  let base = files.base;
  const name = "n".repeat(255);
  for (let depth = 0; depth < 15; depth++) {
    expect(files.mkdir(name, base)).toBe("ok");
    base = files.must(files.openAt(base, name));
  }
  expect(files.mkdir(name, base)).toBe("ok");
  const deep: HostNode = hostDirectory({});
  let at = deep;
  for (let depth = 0; depth < 20; depth++) {
    const next = hostDirectory({});
    at.entries?.set(name, next);
    at = next;
  }
  const other = new HostTree({ deep }).files;
  base = other.must(other.openAt(other.base, "deep"));
  for (let depth = 0; depth < 15; depth++) base = other.must(other.openAt(base, name));
  expect(other.openAt(base, name)).toEqual(error("name-too-long"));
});

describe("memory", () => {
  const tree = (): HostTree =>
    new HostTree(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [
          `d${i}`,
          hostDirectory(
            Object.fromEntries(Array.from({ length: 50 }, (_, j) => [`f${j}`, j % 10 === 0 ? hostLink("f1") : hostFile(`${j}`)])),
          ),
        ]),
      ),
    );

  test("does not grow while all of a tree is looked at again and again", () => {
    const host = tree();
    const { files } = host;
    const look = (): void => {
      for (let i = 0; i < 40; i++) {
        expect(files.names(`d${i}`)).toHaveLength(50);
        for (let j = 0; j < 50; j++) {
          expect(files.contents(`d${i}/f${j}`)).toBe(`${j % 10 === 0 ? 1 : j}`);
          files.must(files.statAt(files.base, `d${i}/f${j}`, false));
        }
      }
    };
    look();
    const before = files.adapter.arenaBase.value;
    look();
    expect(files.adapter.arenaBase.value).toBe(before);
    // A heap of a few blocks, and what was kept for more.
    expect(files.pages).toBeLessThan(4);
    expect(files.usedFiles).toBe(0);
  });

  test("is free again when what was changed is gone", () => {
    const { files } = tree();
    const change = (name: string): void => {
      for (let i = 0; i < 40; i++) files.save(`d0/${name}${i}`, bytes(5000));
      for (let i = 0; i < 40; i++) expect(files.unlink(`d0/${name}${i}`)).toBe("ok");
    };
    change("new");
    const before = files.adapter.arenaBase.value;
    for (let round = 0; round < 20; round++) change("new");
    expect(files.adapter.arenaBase.value).toBe(before);
    expect([files.usedBytes, files.usedFiles]).toEqual([0n, 0]);
  });

  test("does not grow with directories that were there for what was open in them", () => {
    const names = Array.from({ length: 2000 }, (_, i) => `d${i}`);
    const { files } = new HostTree(Object.fromEntries(names.map((name) => [name, hostDirectory({ f: hostFile("f") })])));
    const before = files.contents("d0/f") === "f" ? files.adapter.arenaBase.value : 0;
    for (const name of names) files.close(files.must(files.openAt(files.base, `${name}/f`)));
    expect(files.adapter.arenaBase.value - before).toBeLessThan(100_000);
  });

  test("holds a record of what was removed, and nothing when the directory is gone too", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `f${i}`);
    const { files } = new HostTree({ d: hostDirectory(Object.fromEntries(names.map((name) => [name, hostFile(name)]))) });
    const before = files.names("d").length === names.length ? files.adapter.arenaBase.value : 0;
    for (const name of names) expect(files.unlink(`d/${name}`)).toBe("ok");
    expect(files.rmdir("d")).toBe("ok");
    const after = files.adapter.arenaBase.value;
    expect(after - before).toBeLessThan(names.length * 64 + 100_000);
    files.save("new", bytes(names.length * 64));
    expect(files.adapter.arenaBase.value - after).toBeLessThan(100_000);
  });

  test("that links were read into is used again, all of it", () => {
    const chain = Array.from({ length: 40 }, (_, i) => [`l${i}`, hostLink(`${"./".repeat(2000)}l${i + 1}`)] as const);
    const fill = (follows: boolean): bigint => {
      const { files } = new HostTree({ ...Object.fromEntries(chain), l40: hostFile("end") }, { maxPages: 40 });
      for (let offset = 0n; ; offset += BigInt(BLOCK)) {
        if (follows && offset < 1_000_000n) files.must(files.statAt(files.base, "l0"));
        const f = files.must(files.openAt(files.base, "f", CREATE));
        if (files.write(f, "x", offset) instanceof Err) return files.usedBytes;
        files.close(f);
      }
    };
    expect(fill(true)).toBeGreaterThan(fill(false) - BigInt(8 * BLOCK));
  });

  test("does not grow with the names that are read to see that a directory is empty", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `${i}`.padEnd(250, "n"));
    const { files } = new HostTree({ d: hostDirectory(Object.fromEntries(names.map((name) => [name, hostFile("")]))) });
    for (const name of names) expect(files.unlink(`d/${name}`)).toBe("ok");
    const before = files.pages;
    expect(files.rmdir("d")).toBe("ok");
    expect(files.pages - before).toBeLessThanOrEqual(1);
  });

  test("that is full is said so, and what was written stays", () => {
    const host = new HostTree({ f: hostFile(bytes(1_000_000)) }, { maxPages: 4 });
    const { files } = host;
    const f = files.must(files.openAt(files.base, "f", WRITE));
    let written = 0n;
    let result: number | Err = 0;
    for (; written < 1_000_000n && !(result instanceof Err); written += BigInt(BLOCK)) result = files.write(f, "x", written + 1n);
    expect(result).toEqual(error("insufficient-memory"));
    expect(Buffer.from(files.must(files.read(f, 3n, 0n))[0])).toEqual(Buffer.from([0, "x".charCodeAt(0), 14]));
  });
});

describe("a directory that is gone and still open has nothing in it, whatever the host has,", () => {
  const goes: Readonly<Record<string, (host: HostTree) => void>> = {
    "when the app removed it": ({ files, root }) => {
      expect([files.unlink("d/f"), files.rmdir("d")]).toEqual(["ok", "ok"]);
      root.entries?.get("d")?.entries?.set("f", hostFile("f")).set("g", hostFile("g"));
    },
    "when the app moved another there": ({ files, root }) => {
      expect([files.unlink("d/f"), files.mkdir("e"), files.rename("e", "d")]).toEqual(["ok", "ok", "ok"]);
      root.entries?.get("d")?.entries?.set("g", hostFile("g"));
    },
    "when all was reset": ({ files }) => files.adapter.call("virtual_files__reset", [], () => undefined),
  };

  test.each(Object.entries(goes))("%s", (_, go) => {
    const host = new HostTree({ d: hostDirectory({ f: hostFile("f") }) });
    const { files } = host;
    const d = files.must(files.openAt(files.base, "d"));
    const reading = files.must(files.readDirectory(d));
    go(host);
    // What were found in it would lead to memory that is given back with the directory.
    expect(["f", "g"].map((name) => files.openAt(d, name))).toEqual([error("no-entry"), error("no-entry")]);
    expect(files.list(d)).toEqual([]);
    expect(files.nextEntry(reading)).toBeUndefined();
  });
});

test("what was open when all was reset is not what is found by its name afterwards", () => {
  const { files } = new HostTree({ f: hostFile("f") });
  const before = files.must(files.openAt(files.base, "f"));
  files.reset();
  const after = files.must(files.openAt(files.base, "f"));
  expect(files.isSame(before, after)).toBe(false);
  expect(files.hash(before)).not.toEqual(files.hash(after));
});

test("a link of the component's own is read where the host offers no directory, and nothing else changes", () => {
  const mounts = preopensOf([], [{ path: "/d" }], [{ path: "/e", host: "/nowhere" }]);
  const { files } = new HostTree({}, { preopens: mounts });
  const target = "k".repeat(4000);
  files.save("f", "before");
  expect(files.symlink(target, "l")).toBe("ok");
  expect(files.readlinkAt(files.base, "l")).toBe(target);
  expect(files.contents("f")).toBe("before");
  expect(files.mkdir("sub")).toBe("ok");
  expect(files.names()).toEqual(["f", "l", "sub"]);
});

test("a name of the host's that is longer than any path is not there", () => {
  const { files } = new HostTree({ a: hostFile("a"), ["x".repeat(5000)]: hostFile("x"), b: hostFile("b") });
  expect(files.names()).toEqual(["a", "b"]);
  files.save("c", "what is written afterwards is whole");
  expect([files.contents("c"), files.contents("b")]).toEqual(["what is written afterwards is whole", "b"]);
});

describe("a listing through WASI 0.3", () => {
  const listed = (entries: Readonly<Record<string, HostNode>>): readonly [names: readonly string[], outcome: unknown] => {
    const { files } = new HostTree(entries);
    files.preopens();
    const later = new AsyncFiles(files.adapter, () => 0);
    const [[root = 0] = []] = later.preopens();
    const { stream, future } = later.readDirectory(root);
    const names: string[] = [];
    while (!stream.isDone) {
      stream.read(1000);
      later.settle();
      stream.poll();
      names.push(...(stream.elements as readonly (readonly Entry[])[]).flat().map(([, name]) => name));
    }
    stream.drop();
    return [names, later.outcomeOf(future)];
  };

  test("ends with the error that the host has in the middle of it", () => {
    const c = hostFile("c", { refuses: { "read-directory-entry": "io" } });
    expect(listed({ a: hostFile("a"), b: hostFile("b"), c, d: hostFile("d") })).toEqual([["a", "b"], new Err("io")]);
  });

  test("has names of a kilobyte, and an error in the place of longer ones", () => {
    const names = Array.from({ length: 20 }, (_, i) => `${"n".repeat(1022)}${10 + i}`);
    const all = Object.fromEntries(names.map((name) => [name, hostFile("")]));
    expect(listed(all)).toEqual([names, "ok"]);
    expect(listed({ ...all, ["m".repeat(1025)]: hostFile("") })).toEqual([names, new Err("name-too-long")]);
  });
});

test.each([
  ["/host", "/host/", "contents"],
  ["/host", "/host//", "contents"],
  ["/host/below", "/host/", "below"],
  ["/host/below", "/host//", "below"],
  ["/host/below", "/", undefined],
  ["/below", "/", "below"],
  ["/below", "//", "below"],
  [".", "./", "contents"],
  ["below", "./", "below"],
  ["/host", "/hos/", undefined],
  ["/", "/host/", undefined],
])("%s is found in what the host calls %s as that says", (host, name, expected) => {
  const { files } = new HostTree(
    { f: hostFile("contents"), below: hostDirectory({ f: hostFile("below") }) },
    { preopens: [{ path: "/", directory: directory({}), writable: {}, host }], name },
  );
  expect(files.preopens().length).toBe(expected === undefined ? 0 : 1);
  if (expected !== undefined) expect(files.contents("f")).toBe(expected);
});
