/**
 * What a program did over an overlay of a directory, done in the directory: any program leaves what it would have left if the directory
 * had been its own. And what is not done: anything outside of it, and anything that has been changed meanwhile.
 */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adaptPreview1, type Options, virtualize } from "../../src/index.ts";
import { type Applying, applyChanges } from "../../src/node/apply-changes.ts";
import { directoryChanges, type DirectoryChanges, type Overlaid } from "../../src/node/directory-changes.ts";
import { directoryState } from "../../src/node/directory-state.ts";
import { exportedChanges, exportedFiles } from "../../src/node/exported-files.ts";
import { InputError } from "../../src/node/input-error.ts";
import { hiding } from "../../src/node/hidden-paths.ts";
import { ran } from "../../src/node/run-command.ts";
import { sameContents } from "../../src/node/same-contents.ts";
import { cProgram } from "../guests/index.ts";
import { isLong } from "../run/on-hosts.ts";

let folder: string;
let root: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "wasi-nest-apply-")));
  root = join(folder, "root");
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true }));

let shell: Uint8Array;
beforeAll(async () => {
  shell = adaptPreview1(await cProgram("shell"));
}, 300_000);

/** A text is a file, one that begins with `->` a link, `null` a directory. */
type Tree = Readonly<Record<string, string | null>>;

function plant(directory: string, tree: Tree): void {
  for (const [path, text] of Object.entries(tree)) {
    const at = join(directory, path);
    mkdirSync(text === null ? at : dirname(at), { recursive: true });
    if (text?.startsWith("->") === true) symlinkSync(text.slice(2), at);
    else if (text !== null) writeFileSync(at, text);
  }
}

function treeOf(directory: string, above = ""): Tree {
  const tree: Record<string, string | null> = {};
  for (const name of readdirSync(directory).sort()) {
    const at = join(directory, name);
    const stats = lstatSync(at);
    tree[above + name] = stats.isDirectory() ? null : stats.isSymbolicLink() ? `->${readlinkSync(at)}` : readFileSync(at, "utf8");
    if (stats.isDirectory()) Object.assign(tree, treeOf(at, `${above}${name}/`));
  }
  return tree;
}

interface Tried extends Omit<Applying, "force"> {
  readonly lines: readonly string[];
  readonly apply: (force?: boolean) => readonly string[];
}

/** What the shell makes of the directory, in memory. */
async function tried(script: readonly string[], options: Options = {}): Promise<Tried> {
  const { chunks } = virtualize(shell, {
    ...{ overlays: [{ path: "/", host: "/h" }], exportFiles: true, allowClocks: true, stdout: "ignore", stderr: "ignore" },
    stdin: Buffer.from(`${script.join("\n")}\n`),
    ...options,
  });
  const isHidden = hiding(options.hide ?? [], "/", root, false);
  const overlaid: Overlaid = { root, before: directoryState(root), guest: "/", isHidden };
  const before = JSON.stringify(treeOf(root));
  const { ending, exports } = await ran(Buffer.concat(chunks as Uint8Array[]), { directories: { "/h": root } });
  expect({ ending, tree: JSON.stringify(treeOf(root)) }).toEqual({ ending: 0, tree: before });
  const files = exportedFiles(exports);
  if (files === undefined) throw new Error("no files");
  const changes = directoryChanges(overlaid, exportedChanges(exports), sameContents(overlaid, files));
  const read: Applying["read"] = ({ guest }, target, offset) => files.readInto(guest, target, BigInt(offset));
  return {
    ...{ overlaid, changes, read, lines: linesOf(changes) },
    apply: (force = false) => applyChanges({ overlaid, changes, read, force }),
  };
}

const linesOf = ({ changes }: DirectoryChanges): readonly string[] =>
  changes.map((each) => `${each.kind} ${each.kind === "renamed" ? `${each.before} -> ` : ""}${each.path}`);

const PROJECT: Tree = {
  "a.txt": "a\n",
  "b.txt": "b\n",
  "dir/c.txt": "c\n",
  "dir/deep/d.txt": "d\n",
  "dir/deep/e.txt": "e\n",
  empty: null,
  link: "->dir/c.txt",
};

interface Case {
  readonly name: string;
  readonly script: readonly string[];
  readonly lines: readonly string[];
  /** What is other than in the project; `undefined` is not there. */
  readonly made: Readonly<Record<string, string | null | undefined>>;
}

const CASES: readonly Case[] = [
  { name: "nothing", script: [], lines: [], made: {} },
  {
    name: "files that are made, changed and removed",
    script: ["write new.txt n", "append a.txt more", "rm b.txt"],
    lines: ["modified a.txt", "removed b.txt", "added new.txt"],
    made: { "a.txt": "a\nmore", "b.txt": undefined, "new.txt": "n" },
  },
  {
    name: "a file that is written as it was",
    script: ["write t x", "rm t", "write x ", "append x b", "rm x", "truncate b.txt 2"],
    lines: [],
    made: {},
  },
  {
    name: "a file that is replaced by another name",
    script: ["write a.txt.tmp new", "mv a.txt.tmp a.txt"],
    lines: ["modified a.txt"],
    made: { "a.txt": "new" },
  },
  {
    name: "a directory that is renamed, and changes in it",
    script: ["mv dir moved", "rm moved/c.txt", "write moved/deep/d.txt changed", "write moved/new n", "mv moved/deep/e.txt e.txt"],
    lines: [
      ...["removed dir/c.txt", "renamed dir/deep/e.txt -> e.txt", "renamed dir -> moved"],
      ...["modified moved/deep/d.txt", "added moved/new"],
    ],
    made: {
      ...{ dir: undefined, "dir/c.txt": undefined, "dir/deep": undefined, "dir/deep/d.txt": undefined, "dir/deep/e.txt": undefined },
      ...{ moved: null, "moved/deep": null, "moved/deep/d.txt": "changed", "moved/new": "n", "e.txt": "e\n" },
    },
  },
  {
    name: "two files that change places, and a file and a directory",
    script: ["mv a.txt t", "mv b.txt a.txt", "mv t b.txt", "mv empty t", "mv link empty", "mv t link"],
    lines: ["renamed b.txt -> a.txt", "renamed a.txt -> b.txt", "renamed link -> empty", "renamed empty -> link"],
    made: { "a.txt": "b\n", "b.txt": "a\n", empty: "->dir/c.txt", link: null },
  },
  {
    name: "a directory that goes into what was in it",
    script: ["mv dir/deep top", "mv dir top/dir"],
    lines: ["renamed dir/deep -> top", "renamed dir -> top/dir"],
    made: {
      ...{ dir: undefined, "dir/c.txt": undefined, "dir/deep": undefined, "dir/deep/d.txt": undefined, "dir/deep/e.txt": undefined },
      ...{ top: null, "top/d.txt": "d\n", "top/e.txt": "e\n", "top/dir": null, "top/dir/c.txt": "c\n" },
    },
  },
  {
    name: "a directory that is removed, but for what was moved out of it",
    script: ["mv dir/deep/d.txt d.txt", "rm dir/deep/e.txt", "rmdir dir/deep", "rm dir/c.txt", "rmdir dir"],
    lines: ["renamed dir/deep/d.txt -> d.txt", "removed dir"],
    made: {
      ...{ dir: undefined, "dir/c.txt": undefined, "dir/deep": undefined, "dir/deep/d.txt": undefined, "dir/deep/e.txt": undefined },
      "d.txt": "d\n",
    },
  },
  {
    name: "a directory that is removed and made again",
    script: [
      ...["rm dir/deep/e.txt", "rm dir/deep/d.txt", "rmdir dir/deep", "rm dir/c.txt", "rmdir dir"],
      ...["mkdir dir", "write dir/c.txt again", "mkdir dir/deep", "write dir/deep/new n"],
    ],
    lines: ["modified dir/c.txt", "removed dir/deep/d.txt", "removed dir/deep/e.txt", "added dir/deep/new"],
    made: { "dir/c.txt": "again", "dir/deep/d.txt": undefined, "dir/deep/e.txt": undefined, "dir/deep/new": "n" },
  },
  {
    name: "what becomes of another kind",
    script: [
      "rm a.txt",
      "mkdir a.txt",
      "write a.txt/in i",
      "rmdir empty",
      "write empty file",
      "rm link",
      "symlink a.txt link",
      "rm b.txt",
      "symlink empty b.txt",
    ],
    lines: [
      ...["removed a.txt", "added a.txt", "added a.txt/in", "removed b.txt", "added b.txt"],
      ...["removed empty", "added empty", "removed link", "added link"],
    ],
    made: { "a.txt": null, "a.txt/in": "i", empty: "file", link: "->a.txt", "b.txt": "->empty" },
  },
  {
    name: "other names of files",
    script: [
      "ln a.txt x",
      "append x more",
      "write y y",
      "ln y z",
      "ln b.txt w",
      "rm b.txt",
      "symlink a.txt s",
      "rm link",
      "symlink dir/c.txt link",
    ],
    lines: ["modified a.txt", "added s", "renamed b.txt -> w", "added x", "added y", "added z"],
    made: { "a.txt": "a\nmore", x: "a\nmore", y: "y", z: "y", "b.txt": undefined, w: "b\n", s: "->a.txt" },
  },
  {
    name: "directories in one another, and what is in them",
    script: ["mkdir n", "mkdir n/m", "write n/m/f f", "mv n/m dir/m", "mkdir n/k", "mv dir/c.txt n/k/c"],
    lines: ["added dir/m", "added dir/m/f", "added n", "added n/k", "renamed dir/c.txt -> n/k/c"],
    made: { "dir/m": null, "dir/m/f": "f", n: null, "n/k": null, "n/k/c": "c\n", "dir/c.txt": undefined },
  },
];

/** In a directory of its own. */
const inside = (top: string, script: readonly string[]): readonly string[] =>
  script.map((line) => {
    const [word = "", first = "", second = ""] = line.split(" ");
    const isPath = ["mv", "ln", "symlink"].includes(word);
    return [word, word === "symlink" ? first : `${top}/${first}`, isPath ? `${top}/${second}` : second].join(" ");
  });

test("tells and makes what a program has changed", async () => {
  const tops = CASES.map((_, i) => `s${String(i).padStart(2, "0")}`);
  for (const top of tops) plant(join(root, top), PROJECT);
  const { lines, apply } = await tried(CASES.flatMap(({ script }, i) => inside(tops[i] ?? "", script)));
  const told = (top: string): readonly string[] =>
    lines.filter((line) => line.includes(`${top}/`)).map((line) => line.replaceAll(`${top}/`, ""));
  expect(CASES.map(({ name }, i) => [name, told(tops[i] ?? "")])).toEqual(CASES.map((each) => [each.name, each.lines]));
  expect(apply()).toEqual([]);
  expect(readdirSync(root)).toEqual(tops);
  for (const [i, { name, made }] of CASES.entries()) {
    const expected = Object.entries({ ...treeOfProject(), ...made }).filter(([, each]) => each !== undefined);
    expect({ name, tree: treeOf(join(root, tops[i] ?? "")) }).toEqual({ name, tree: Object.fromEntries(expected) });
  }
});

const treeOfProject = (): Tree => ({ ...PROJECT, dir: null, "dir/deep": null });

describe("any sequence of operations", () => {
  const NAMES = ["a", "b", "c", "d"];
  const TEMPLATE: Tree = { "a/a": "1", "a/b/c": "22", "a/b/d": "333", "b/a": "->b", "b/b": "4444", c: "55555", d: "->a/b" };

  function operations(seed: number, count: number, top: string): readonly string[] {
    let state = seed;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    const name = (): string => NAMES[random(NAMES.length)] ?? "a";
    const path = (): string => [top, ...Array.from({ length: 1 + random(3) }, name)].join("/");
    const OPERATIONS = [
      () => `mkdir ${path()}`,
      () => `rmdir ${path()}`,
      () => `rm ${path()}`,
      () => `mv ${path()} ${path()}`,
      () => `mv ${path()} ${path()}`,
      () => `ln ${path()} ${path()}`,
      () => `symlink ${name()} ${path()}`,
      () => `write ${path()} ${"x".repeat(random(6))}`,
      () => `append ${path()} ${"y".repeat(random(6))}`,
      () => `truncate ${path()} ${random(8)}`,
    ];
    return Array.from({ length: count }, () => OPERATIONS[random(OPERATIONS.length)]?.() ?? "");
  }

  /** The same with Node, in a directory of its own. */
  function perform(directory: string, line: string): void {
    const [word = "", first = "", second = ""] = line.split(" ");
    const [one, other] = [join(directory, first), join(directory, second)];
    const actions: Readonly<Record<string, () => void>> = {
      mkdir: () => mkdirSync(one),
      rmdir: () => rmdirSync(one),
      rm: () => unlinkSync(one),
      mv: () => renameSync(one, other),
      ln: () => linkSync(one, other),
      symlink: () => symlinkSync(first, other),
      write: () => writeFileSync(one, second),
      append: () => appendFileSync(one, second),
      truncate: () => truncateSync(one, Number(second)),
    };
    try {
      actions[word]?.();
    } catch {
      // The program goes on, too.
    }
  }

  test("leaves what it leaves in a directory of its own", { timeout: 120_000 }, async () => {
    const tops = Array.from({ length: isLong ? 100 : 8 }, (_, i) => `s${i}`);
    for (const top of tops) plant(join(root, top), TEMPLATE);
    const copy = join(folder, "copy");
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
    const script = tops.flatMap((top, i) => operations(1000 + i, 40, top));
    for (const line of script) perform(copy, line);
    const { lines, apply } = await tried(script);
    for (const kind of ["added", "modified", "renamed", "removed"])
      expect(lines.filter((line) => line.startsWith(kind)).length).toBeGreaterThan(5);
    apply();
    expect(treeOf(root)).toEqual(treeOf(copy));
  });
});

const problemsOf = (action: () => unknown): readonly string[] => {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return [...error.problems].sort();
    throw error;
  }
  return [];
};

test("names what was changed meanwhile, and does nothing unless it is forced", async () => {
  const meanwhile: Readonly<Record<string, string>> = {
    "m.txt": "m",
    "gone.txt": "g",
    "r/in.txt": "r",
    "d/x": "x",
    "w/keep": "k",
    same: "s",
  };
  plant(root, { ...meanwhile, "p/q/f": "f" });
  const { apply } = await tried([
    ...["append m.txt more", "append gone.txt more", "mv r moved", "rm d/x", "rmdir d", "write new.txt n", "append p/q/f more"],
    ...["mkdir n", "write n/f f", "append same more"],
  ]);
  appendFileSync(join(root, "m.txt"), "other");
  rmSync(join(root, "gone.txt"));
  writeFileSync(join(root, "d/y"), "y");
  writeFileSync(join(root, "new.txt"), "mine");
  renameSync(join(root, "p"), join(root, "p2"));
  mkdirSync(join(root, "p/q"), { recursive: true });
  mkdirSync(join(root, "n"));
  // What the program has not touched may change.
  writeFileSync(join(root, "w/keep"), "changed");
  const before = treeOf(root);
  expect(problemsOf(apply)).toEqual([
    ...[
      "`d/y` was made while the program ran",
      "`gone.txt` was changed while the program ran",
      "`m.txt` was changed while the program ran",
    ],
    ...["`n` was made while the program ran", "`new.txt` was made while the program ran", "`p/q/f` was changed while the program ran"],
    ...["`p/q` was changed while the program ran", "`p` was changed while the program ran"],
  ]);
  expect(treeOf(root)).toEqual(before);
  apply(true);
  expect(treeOf(root)).toMatchObject({
    ...{ "m.txt": expect.stringMatching(/more$/), "gone.txt": expect.stringMatching(/more$/), "new.txt": "n", moved: null },
    ...{ "moved/in.txt": "r", "p/q/f": expect.stringMatching(/more$/), "n/f": "f", "w/keep": "changed", same: "smore" },
  });
  expect(readdirSync(root)).not.toContain("d");
});

test("goes through no link that has come into the place of a directory, forced or not", async () => {
  plant(root, { "a/f": "f", "b/f": "f", "c/f": "f" });
  plant(folder, { "outside/f": "outside" });
  const { apply } = await tried(["append a/f more", "rm b/f", "write c/new n", "mkdir c/m"]);
  for (const name of ["a", "b", "c"]) {
    rmSync(join(root, name), { recursive: true });
    symlinkSync("../outside", join(root, name));
  }
  expect(problemsOf(apply)).toContain("`a` was changed while the program ran");
  const before = treeOf(folder);
  expect(problemsOf(() => apply(true))).toEqual([expect.stringMatching(/^`[abc]` is no directory any more$/)]);
  expect(treeOf(folder)).toEqual(before);
});

test("makes no link that leads out, and no link lead out by moving it", async () => {
  plant(root, { "a/b/up": "->../../x", "a/b/abs": "->/etc/passwd", "k/l": "->../x", "in/deep/x": "x" });
  const { changes, apply } = await tried([
    ...["symlink ../x in/fine", "symlink ../../x in/bad", "symlink in/../../x worse", "symlink .. in/top", "symlink ../.. in/deep/top2"],
    ...["mv a/b b", "mv k/l l", "symlink ../../.. in/deep/out"],
  ]);
  expect([...changes.escaping].sort()).toEqual(["b/up", "in/bad", "in/deep/out", "l", "worse"]);
  const before = treeOf(root);
  expect(problemsOf(() => apply(true))).toContain(`the link \`in/bad\` may lead out of \`${root}\``);
  expect(treeOf(root)).toEqual(before);
});

test("puts everything back where something cannot be done", async () => {
  plant(root, PROJECT);
  const script = [
    "write a.txt changed",
    "rm b.txt",
    "mv dir moved",
    "write moved/deep/d.txt changed",
    "mkdir n",
    "write n/f f",
    "ln a.txt z",
  ];
  const { overlaid, changes, read } = await tried(script);
  const before = treeOf(root);
  // The last thing that is done cannot be.
  const spoiled = { ...changes, placings: [...changes.placings, { kind: "link", path: "zz", target: "x".repeat(5000) } as const] };
  expect(problemsOf(() => applyChanges({ overlaid, changes: spoiled, read, force: false }))).toEqual(["`zz` is too long a path"]);
  expect(treeOf(root)).toEqual(before);
  // Nor can the first, where a file cannot be read.
  const unread = (): never => {
    throw new InputError(["it cannot be read"]);
  };
  expect(problemsOf(() => applyChanges({ overlaid, changes, read: unread, force: true }))).toEqual(["it cannot be read"]);
  expect(treeOf(root)).toEqual(before);
  applyChanges({ overlaid, changes, read, force: true });
  expect(treeOf(root)).toMatchObject({ "a.txt": "changed", z: "changed", "moved/deep/d.txt": "changed" });
});

test("keeps permissions, sets no others, and keeps what is hidden in what is removed", async () => {
  plant(root, {
    "tool.sh": "#!",
    "old/secret.key": "key",
    "old/sub/.env": "env",
    "old/plain": "p",
    "gone/plain": "p",
    "m/.env": "env",
    "m/f": "f",
  });
  chmodSync(join(root, "tool.sh"), 0o4755);
  const options = { hide: ["**/.env", "**/*.key"] };
  const script = [
    "append tool.sh more",
    "write new n",
    "rm old/plain",
    "rmdir old/sub",
    "rmdir old",
    "rm gone/plain",
    "rmdir gone",
    "mv m n",
    "append n/f more",
  ];
  const { lines, apply } = await tried(script, options);
  expect(lines).toEqual(["removed gone", "renamed m -> n", "modified n/f", "added new", "removed old", "modified tool.sh"]);
  expect(apply()).toEqual(["old"]);
  expect(treeOf(root)).toEqual({
    ...{ n: null, "n/.env": "env", "n/f": "fmore", new: "n", "tool.sh": "#!more" },
    ...{ old: null, "old/secret.key": "key", "old/sub": null, "old/sub/.env": "env" },
  });
  expect(lstatSync(join(root, "tool.sh")).mode & 0o7777).toBe(0o755);
  expect(lstatSync(join(root, "new")).mode & 0o111).toBe(0);
});

test("refuses to put something where hidden files lie", async () => {
  plant(root, { "old/.env": "env" });
  const { apply } = await tried(["rmdir old", "write old file"], { hide: ["**/.env"] });
  expect(problemsOf(() => apply(true))).toEqual(["`old` cannot be replaced: `--hide` hides something in it"]);
  expect(treeOf(root)).toEqual({ old: null, "old/.env": "env" });
});

test.each([["/../x"], ["/a/../../x"], ["/a//b"], ["/x/y"], ["/"]])("refuses what no program can have changed: %s", (path) => {
  const overlaid: Overlaid = { root, before: directoryState(root), guest: "/", isHidden: () => false };
  const change = { kind: "file", path, size: 0n, seconds: 0n, nanoseconds: 0, origin: "", target: "", identity: 1n } as const;
  expect(problemsOf(() => directoryChanges(overlaid, [change], () => false))).toEqual([
    `\`${path}\` cannot be in what the program has changed`,
  ]);
});
