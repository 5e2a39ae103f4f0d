/**
 * What goes wrong in a user's hands: each is one sentence, an exit code of 1 (the input) or 2 (the command
 * line), and nothing written.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { lastingDirectories, wasiNestAgain } from "./wasi-nest.ts";

let core: Uint8Array;
let component: Uint8Array;
const newDirectory = lastingDirectories();

beforeAll(async () => {
  core = await cProgram("copy");
  component = await adaptCommand(core);
}, 300_000);

/** A directory with a component, a core module and a directory to mount. */
function project(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "app.wasm"), component);
  writeFileSync(join(directory, "core.wasm"), core);
  mkdirSync(join(directory, "files"));
  writeFileSync(join(directory, "files/a.txt"), "a");
  return directory;
}

interface Case {
  readonly name: string;
  readonly args: string;
  readonly code: 1 | 2;
  readonly says: string;
  readonly prepare?: (directory: string) => void;
}

const write =
  (name: string, contents: string | Uint8Array) =>
  (directory: string): void =>
    writeFileSync(join(directory, name), contents);

/** `(component (import "plain" (instance (export "get" (func)))))` */
const PLAIN = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, 7, 16, 1, 0x42, 2, 1, 0x40, 0, 1, 0, 4, 0, 3, 0x67, 0x65, 0x74, 1, 0],
  ...[10, 10, 1, 0, 5, 0x70, 0x6c, 0x61, 0x69, 0x6e, 5, 0],
);

const CASES: readonly Case[] = [
  { name: "no component", args: "--dry-run", code: 2, says: "no component given; `wasi-nest adapter` makes an adapter without one" },
  {
    name: "an empty variable for a component",
    args: "virtualize -o out.wasm",
    code: 2,
    says: "no component given; `wasi-nest adapter` makes an adapter without one",
  },
  {
    name: "an option about a component, and none",
    args: "--debug -o out.wasm",
    code: 2,
    says: "`--debug` is about a component, and none is given",
  },
  {
    name: "two names of one option",
    args: "app.wasm -o out.wasm --allow-stdio --stdio=ignore",
    code: 2,
    says: "`--allow-stdio` and `--stdio` are two names of one option, and both are given",
  },
  {
    name: "a switch that is neither on nor off",
    args: "app.wasm -o out.wasm --allow-stdio=no",
    code: 2,
    says: "`--allow-stdio` is `no`, which is neither `true` nor `false`",
  },
  {
    name: "the same as a word of its own",
    args: "app.wasm -o out.wasm --allow-clocks no",
    code: 2,
    says: "`--allow-clocks` takes its value behind `=`, such as `--allow-clocks=false`",
  },
  {
    name: "a value that would be an argument of the program",
    args: "run app.wasm --allow-env PATH",
    code: 2,
    says: "`--allow-env` takes its value behind `=`, such as `--allow-env=PATH`; an argument of the program stands behind `--`: `-- PATH`",
  },
  { name: "one component to compare", args: "diff app.wasm", code: 2, says: "`diff` takes two components, the old one and the new one" },
  { name: "standard input twice", args: "diff - -", code: 2, says: "both components cannot be standard input" },
  {
    name: "no component to compare with",
    args: "diff app.wasm files/a.txt",
    code: 1,
    says: "`files/a.txt` is not WebAssembly",
  },
  { name: "a policy for a directory", args: "init files", code: 1, says: "`files` is a directory" },
  {
    name: "a policy for an empty file",
    args: "init empty.wasm",
    code: 1,
    says: "`empty.wasm` is empty",
    prepare: write("empty.wasm", ""),
  },
  {
    name: "a policy of an unknown format",
    args: "init app.wasm -o wasi-nest.txt",
    code: 2,
    says: "`wasi-nest.txt` is no policy file: its name ends in none of `.json`, `.toml`, `.yaml`, `.yml`",
  },
  {
    name: "a command that is misspelled",
    args: "inspct app.wasm",
    code: 2,
    says: "`inspct` is neither a command nor a file: did you mean `wasi-nest inspect`?",
  },
  {
    name: "help on what is no command",
    args: "help nothing",
    code: 2,
    says: "`help` takes the name of a command: `virtualize`, `compose`, `bundle`, `adapter`, `inspect`, `files`, `diff`, `init`, `run`, `serve`, `types`, `completion`, `help`, `version`",
  },
  {
    name: "another tool's word for the network",
    args: "app.wasm -o out.wasm --allow-net",
    code: 2,
    says: "unknown option `--allow-net`: did you mean `--allow-http` or `--allow-sockets`?",
  },
  {
    name: "a command behind an option",
    args: "--json inspect app.wasm",
    code: 2,
    says: "the command `inspect` stands before all options",
  },
  {
    name: "two letters exchanged",
    args: "app.wasm --hlep",
    code: 2,
    says: "unknown option `--hlep`: did you mean `--help`?",
  },
  {
    name: "help for a command that there is not",
    args: "help inspct",
    code: 2,
    says: "`help` takes the name of a command: did you mean `wasi-nest help inspect`?",
  },
  {
    name: "more than the version",
    args: "version app.wasm",
    code: 2,
    says: "`version` takes nothing, found `app.wasm`",
  },
  {
    name: "a value that wants `=`, without it",
    args: "inspect app.wasm --mermaid out.mmd",
    code: 2,
    says: "`--mermaid` takes its value behind `=`, such as `--mermaid=out.mmd`",
  },
  {
    name: "a module to begin with where no folder is",
    args: "types app.wasm wasi:cli/exit -o new-types --stub new-types/deep/exit.ts",
    code: 1,
    says: "the output's directory `new-types/deep` does not exist",
  },
  {
    name: "running with an option of the program's",
    args: "run app.wasm --long",
    code: 2,
    says: "unknown option `--long`: the program's own options stand behind `--`",
  },
  {
    name: "an adapter of a component",
    args: "adapter app.wasm -o out.wasm",
    code: 2,
    says: "`adapter` takes no component, found `app.wasm`",
  },
  {
    name: "an adapter without a place",
    args: "adapter",
    code: 2,
    says: "no output given: `--out FILE` writes one, `--dry-run` does without",
  },
  {
    name: "an adapter that adapts",
    args: "adapter -o out.wasm --adapt command",
    code: 2,
    says: "unknown option `--adapt`",
  },
  {
    name: "a version for a component",
    args: "app.wasm -o out.wasm --wasi-version 0.2.99",
    code: 2,
    says: "`0.2.99` is none of the versions of WASI that can be exported, 0.2.0 to 0.2.12 and 0.3.0",
  },
  ...["0.3.1", "0.2.13", "0.2", "0.2.06", "0.2.0-rc-2023-11-10", "latest"].map((version): Case => ({
    name: `an adapter of version ${version}`,
    args: `adapter -o out.wasm --wasi-version ${version}`,
    code: 2,
    says: `\`${version}\` is none of the versions of WASI that can be exported, 0.2.0 to 0.2.12 and 0.3.0`,
  })),
  {
    name: "two components",
    args: "app.wasm core.wasm -o out.wasm",
    code: 2,
    says: "one component is wanted, found `app.wasm` and `core.wasm`",
  },
  { name: "no output", args: "app.wasm", code: 2, says: "no output given: `--out FILE` writes one, `--dry-run` does without" },
  { name: "a missing file", args: "nothing.wasm -o out.wasm", code: 1, says: "`nothing.wasm` does not exist" },
  { name: "a directory in place of a file", args: "./files -o out.wasm", code: 1, says: "`./files` is a directory" },
  { name: "an empty file", args: "x.wasm -o out.wasm", code: 1, says: "`x.wasm` is empty", prepare: write("x.wasm", "") },
  { name: "a text file", args: "x.wasm -o out.wasm", code: 1, says: "`x.wasm` is not WebAssembly", prepare: write("x.wasm", "hello\n") },
  {
    name: "WebAssembly text",
    args: "x.wat -o out.wasm",
    code: 1,
    says: "`x.wat` is WebAssembly in its text form: assemble it first, for example with `npx jco parse`",
    prepare: write("x.wat", ";; a module\n(module)"),
  },
  {
    name: "an unknown version",
    args: "x.wasm -o out.wasm",
    code: 1,
    says: "`x.wasm` is WebAssembly of a version that is not known",
    prepare: write("x.wasm", "\0asm\x02\0\0\0"),
  },
  {
    name: "a core module with `--adapt no`",
    args: "core.wasm -o out.wasm --adapt no",
    code: 1,
    says: "`core.wasm` is a core module, not a component, and `--adapt no` leaves it one",
  },
  { name: "a missing mount", args: "app.wasm -o out.wasm --mount /a=nowhere", code: 1, says: "`nowhere` does not exist" },
  {
    name: "a mount path that climbs",
    args: "app.wasm -o out.wasm --mount /a/../b=files",
    code: 2,
    says: "the guest path `/a/../b` has `..` in it",
  },
  {
    name: "two mounts of one path",
    args: "app.wasm -o out.wasm --mount /a=files --mount /a/=files",
    code: 2,
    says: "the guest path `/a/` is mounted twice",
  },
  {
    name: "a preopen without `=`",
    args: "app.wasm -o out.wasm --preopen /a",
    code: 2,
    says: "`--preopen /a` is not GUEST=HOST, such as `/work=/data`",
  },
  {
    name: "an overlay without a path of the host's",
    args: "app.wasm -o out.wasm --overlay /a=",
    code: 2,
    says: "`--overlay /a=` is not GUEST=HOST, such as `/work=/data`",
  },
  {
    name: "an overlay that climbs",
    args: "app.wasm -o out.wasm --overlay /a=/data/../secret",
    code: 2,
    says: "the host path `/data/../secret` has `..` in it",
  },
  {
    name: "an overlay where a preopen is",
    args: "app.wasm -o out.wasm --overlay /a=/data --preopen /a/=/other",
    code: 2,
    says: "the guest path `/a` is taken by another directory",
  },
  {
    name: "an overlay where something is mounted",
    args: "app.wasm -o out.wasm --tmpfs /a --overlay /a/=/data",
    code: 2,
    says: "the guest path `/a/` is mounted twice",
  },
  {
    name: "a file without a path of the host's",
    args: "app.wasm -o out.wasm --file /etc/hosts",
    code: 2,
    says: "`--file /etc/hosts` is not GUEST=HOST, such as `/etc/hosts=/data/hosts`",
  },
  {
    name: "a file that is none",
    args: "app.wasm -o out.wasm --file /etc/hosts=/data/",
    code: 2,
    says: "the host path `/data/` names no file",
  },
  {
    name: "a file where something is mounted",
    args: "app.wasm -o out.wasm --mount /etc=files --file /etc=/data/etc",
    code: 2,
    says: "the guest path `/etc` is mounted twice",
  },
  {
    name: "an input that is a file of the host's",
    args: "app.wasm -o out.wasm --file /in=/data/in --stdin file:/in",
    code: 2,
    says: "`/in` is a file of the host's: a stream's file is in memory",
  },
  {
    name: "a preopen where something is mounted",
    args: "app.wasm -o out.wasm --mount /a=files --preopen /a/.=/data",
    code: 2,
    says: "the guest path `/a` is taken by another directory",
  },
  {
    name: "a preopen beside all of the host's directories",
    args: "app.wasm -o out.wasm --allow-fs --preopen /a=/data",
    code: 2,
    says: "`--allow-fs` and `--preopen` exclude each other",
  },
  {
    name: "a mount without `=`",
    args: "app.wasm -o out.wasm --mount files",
    code: 2,
    says: "`--mount files` is not GUEST=LOCAL, such as `/data=./data`",
  },
  {
    name: "a mount of nothing, writable",
    args: "app.wasm -o out.wasm --mount /a=:rw",
    code: 2,
    says: "`--mount /a=:rw` is not GUEST=LOCAL, such as `/data=./data`",
  },
  {
    name: "a mount whose mode is none",
    args: "app.wasm -o out.wasm --mount /a=files:wr",
    code: 2,
    says: "`--mount /a=files:wr` ends in `:wr`, which is neither `:rw` nor `:ro`",
  },
  {
    name: "a mount in a file that is a mount of its own",
    args: "app.wasm -o out.wasm --tmpfs /d --mount /d/b.txt=files/a.txt --tmpfs /d/b.txt/c",
    code: 2,
    says: "the guest path `/d/b.txt/c` leads through `b.txt`, which is a file of another mount",
  },
  ...["/tmp=", "/tmp=1.5G", "/tmp=64MX", "/tmp=-1", "=64M", "/tmp=9007199254740992"].map((value): Case => ({
    name: `an empty directory of \`${value}\``,
    args: `app.wasm -o out.wasm --tmpfs ${value}`,
    code: 2,
    says: `\`--tmpfs ${value}\` is neither GUEST nor GUEST=SIZE, such as \`/tmp=64M\`: a size is bytes, or ends in K, M or G`,
  })),
  {
    name: "an empty directory where files are mounted",
    args: "app.wasm -o out.wasm --mount /a=files --tmpfs /a/",
    code: 2,
    says: "the guest path `/a/` is mounted twice",
  },
  {
    name: "a limit of bytes that is no size",
    args: "app.wasm -o out.wasm --tmpfs /tmp --fs-max-bytes lots",
    code: 2,
    says: "`--fs-max-bytes lots` is not a size: a number of bytes, or one that ends in K, M or G, such as `64M`",
  },
  {
    name: "a limit of files that is no number",
    args: "app.wasm -o out.wasm --tmpfs /tmp --fs-max-files 1K",
    code: 2,
    says: "`--fs-max-files 1K` is not a whole number of 0 or more",
  },
  ...(["bytes", "files"] as const).map((what): Case => ({
    name: `a limit of ${what} where nothing is writable`,
    args: `app.wasm -o out.wasm --mount /a=files:ro --fs-max-${what} 1`,
    code: 2,
    says: `\`--fs-max-${what}\` applies to writable files, and there are none: there is no \`--tmpfs\`, no \`--overlay\`, and no \`--mount\` ends in \`:rw\``,
  })),
  {
    name: "files to export where nothing is writable",
    args: "app.wasm -o out.wasm --mount /a=files --export-files",
    code: 2,
    says: "`--export-files` applies to writable files, and there are none: there is no `--tmpfs`, no `--overlay`, and no `--mount` ends in `:rw`",
  },
  {
    name: "a stream's file without its path",
    args: "app.wasm -o out.wasm --stdout file:",
    code: 2,
    says: "a guest path is empty",
  },
  {
    name: "a stream's file that is relative",
    args: "app.wasm -o out.wasm --tmpfs /tmp --stderr file:tmp/err",
    code: 2,
    says: "the guest path `tmp/err` is relative: it must start with `/`",
  },
  {
    name: "an output that nobody could read",
    args: "app.wasm -o out.wasm --stdout file:/out.log",
    code: 2,
    says: "`/out.log` lies in nothing that can be written to, and nobody could read it: make a directory around it writable for the app to see it, or export the files for whoever embeds the component",
  },
  {
    name: "an output in a mount that is read",
    args: "app.wasm -o out.wasm --mount /a=files --stdout file:/a/out --export-files",
    code: 2,
    says: "`/a/out` lies in `/a`, which is read-only: make that mount writable",
  },
  {
    name: "an output that is a directory",
    args: "app.wasm -o out.wasm --tmpfs /tmp --stdout file:/tmp",
    code: 2,
    says: "`/tmp` is a directory, not a file",
  },
  {
    name: "an input that there is not",
    args: "app.wasm -o out.wasm --mount /a=files --stdin file:/a/none",
    code: 2,
    says: "`/a/none` is in no mount: it must be a mounted file",
  },
  {
    name: "a standard stream in a file, and all of them",
    args: "app.wasm -o out.wasm --stdio file:/out.log",
    code: 2,
    says: "`--stdio` is `file:/out.log`, which is none of `allow`, `ignore`, `deny`",
  },
  {
    name: "two inputs",
    args: "app.wasm -o out.wasm --mount /a=files --stdin file:/a/a.txt --stdin-text x",
    code: 2,
    says: "`--stdin-text` and `--stdin` exclude each other",
  },
  {
    name: "a variable without `=`",
    args: "app.wasm -o out.wasm -e A",
    code: 2,
    says: "`--env A` has no `=`: NAME=VALUE is wanted, and `--allow-env=A` gives the host's",
  },
  // What `--allow-env=$NAMES` is where NAMES is not set.
  { name: "an empty list of the host's variables", args: "app.wasm -o out.wasm --allow-env=", code: 2, says: "`--allow-env` is empty" },
  { name: "an empty name in it", args: "app.wasm -o out.wasm --allow-env=A,,B", code: 2, says: "`--allow-env=A,,B` has an empty name" },
  {
    name: "a name in it that no variable has",
    args: "app.wasm -o out.wasm --allow-env=A=B",
    code: 2,
    says: "`A=B` is not a name for an environment variable: it must not be empty, nor hold `=` or NUL",
  },
  { name: "an empty glob", args: "app.wasm -o out.wasm --mount /a=files --include=", code: 2, says: "`--include` is empty" },
  { name: "an import to deny without a name", args: "app.wasm -o out.wasm --deny-import=", code: 2, says: "`--deny-import` is empty" },
  {
    name: "an import to deny that is not there",
    args: "app.wasm -o out.wasm --quiet --deny-import wasi:cli/exits",
    code: 2,
    says: "nothing to deny: `wasi:cli/exits` is not among the imports: did you mean `wasi:cli/exit`?",
  },
  { name: "an empty file for a flowchart", args: "inspect app.wasm --mermaid=", code: 2, says: "`--mermaid` is empty" },
  { name: "a variable without a name", args: "app.wasm -o out.wasm -e =A", code: 2, says: "`--env =A` has no name before the `=`" },
  {
    name: "a file of variables that is not UTF-8",
    args: "app.wasm -o out.wasm --env-file x",
    code: 1,
    says: "`x` line 1 is not UTF-8",
    prepare: write("x", Uint8Array.of(0x41, 0x3d, 0xff)),
  },
  { name: "a missing file of variables", args: "app.wasm -o out.wasm --env-file nowhere", code: 1, says: "`nowhere` does not exist" },
  {
    name: "standard input for two files",
    args: "app.wasm -o out.wasm --env-file - --stdin-file -",
    code: 2,
    says: "standard input can be read once only, and `-` names it twice",
  },
  { name: "a missing input", args: "app.wasm -o out.wasm --stdin-file nowhere", code: 1, says: "`nowhere` does not exist" },
  {
    name: "an unknown option",
    args: "app.wasm -o out.wasm --mont /a=files",
    code: 2,
    says: "unknown option `--mont`: did you mean `--mount`?",
  },
  {
    name: "a choice that is none",
    args: "app.wasm -o out.wasm --stdio yes",
    code: 2,
    says: "`--stdio` is `yes`, which is none of `allow`, `ignore`, `deny`",
  },
  {
    name: "an unknown way to deny an import",
    args: "app.wasm -o out.wasm --deny-import acme:kv/*=never",
    code: 2,
    says: "`--deny-import acme:kv/*=never` is none of NAME, NAME=error and NAME=trap",
  },
  {
    name: "an import to deny without a name",
    args: "app.wasm -o out.wasm --deny-import =trap",
    code: 2,
    says: "`--deny-import =trap` is none of NAME, NAME=error and NAME=trap",
  },
  {
    name: "arguments after `--`",
    args: "app.wasm -o out.wasm -- x",
    code: 2,
    says: "only `run` takes arguments after `--`: `--arg` fixes an argument",
  },
  {
    name: "a missing output directory",
    args: "app.wasm -o nowhere/out.wasm",
    code: 1,
    says: "the output's directory `nowhere` does not exist",
  },
  {
    name: "an output in a file",
    args: "app.wasm -o core.wasm/out.wasm",
    code: 1,
    says: "`core.wasm`, where the output would go, is not a directory",
  },
  { name: "a directory as output", args: "app.wasm -o files", code: 1, says: "the output `files` is a directory" },
  {
    name: "the input as output",
    args: "app.wasm -o ./files/../app.wasm",
    code: 1,
    says: "the output `./files/../app.wasm` is the input `app.wasm` itself",
  },
  {
    name: "the input as output, linked",
    args: "app.wasm -o link",
    code: 1,
    says: "the output `link` is the input `app.wasm` itself",
    prepare: (directory) => symlinkSync("app.wasm", join(directory, "link")),
  },
  {
    name: "the input as output, hard-linked",
    args: "app.wasm -o link",
    code: 1,
    says: "the output `link` is the input `app.wasm` itself",
    prepare: (directory) => linkSync(join(directory, "app.wasm"), join(directory, "link")),
  },
  {
    name: "a link to nothing as output",
    args: "app.wasm -o link",
    code: 1,
    says: "the output `link` is a link whose target does not exist",
    prepare: (directory) => symlinkSync("nowhere", join(directory, "link")),
  },
  {
    name: "a link to itself as output",
    args: "app.wasm -o link",
    code: 1,
    says: "`link` is a link that leads back to itself",
    prepare: (directory) => symlinkSync("link", join(directory, "link")),
  },
  {
    name: "an output of too long a name",
    args: `app.wasm -o ${"a".repeat(300)}`,
    code: 1,
    says: `\`${"a".repeat(300)}\` is too long a path`,
  },
  ...["link/x", "x"].map((out): Case => ({
    name: `an output that is a file of variables, as ${out}`,
    args: `app.wasm -o ${out} --env-file files/../x --dry-run`,
    code: 1,
    says: `the output \`${out}\` is the input \`files/../x\` itself`,
    prepare: (directory) => {
      writeFileSync(join(directory, "x"), "A=1\n");
      symlinkSync(".", join(directory, "link"));
    },
  })),
  {
    name: "an output that is the embedded input",
    args: "app.wasm -o files/a.txt --stdin-file files/a.txt",
    code: 1,
    says: "the output `files/a.txt` is the input `files/a.txt` itself",
  },
  {
    name: "an output that is an adapter",
    args: "app.wasm -o x.js --adapter wasi:random/random=./x.js",
    code: 1,
    says: "the output `x.js` is the input `./x.js` itself",
    prepare: write("x.js", ""),
  },
  {
    name: "an output that is a mounted file, hard-linked",
    args: "app.wasm -o link --mount /a=files",
    code: 1,
    says: "`files/a.txt` is the output itself",
    prepare: (directory) => linkSync(join(directory, "files/a.txt"), join(directory, "link")),
  },
  {
    name: "an output that a followed link leads to",
    args: "app.wasm -o x --mount /a=files --follow",
    code: 1,
    says: "`files/link` is the output itself",
    prepare: (directory) => {
      writeFileSync(join(directory, "x"), "");
      symlinkSync("../x", join(directory, "files/link"));
    },
  },
  {
    name: "an adapter whose output is a mounted file",
    args: "adapter -o files/a.txt --mount /a=files/a.txt",
    code: 1,
    says: "`files/a.txt` is the output itself",
  },
  {
    name: "a drawing in the place of what is allowed",
    args: "inspect app.wasm --check x --svg ./x",
    code: 1,
    says: "the output `./x` is the input `x` itself",
    prepare: write("x", "{}"),
  },
  {
    name: "two drawings in one place",
    args: "inspect app.wasm --svg x --mermaid=files/../x",
    code: 2,
    says: "`--svg` and `--mermaid` both want `x`",
  },
  {
    name: "declarations of an interface that WIT cannot name",
    args: "types x.wasm plain -o types",
    code: 1,
    says: "jco has no declarations for `plain`: expected ':', found '{'",
    prepare: write("x.wasm", PLAIN),
  },
  {
    name: "running with a directory that is a link to itself",
    args: "run app.wasm --dir link::/a",
    code: 2,
    says: "`--dir link::/a`: `link` is not a directory",
    prepare: (directory) => symlinkSync("link", join(directory, "link")),
  },
  { name: "`--json` with `--out -`", args: "app.wasm -o - --json", code: 2, says: "`--json` and `--out -` both want standard output" },
  {
    name: "`--stdin` with `--stdin-text`",
    args: "app.wasm -o out.wasm --stdin allow --stdin-text x",
    code: 2,
    says: "`--stdin-text` and `--stdin` exclude each other",
  },
  {
    name: "`--arg` with `--allow-args`",
    args: "app.wasm -o out.wasm --arg x --allow-args",
    code: 2,
    says: "`--allow-args` and `--arg` exclude each other",
  },
  {
    name: "`--cwd` with `--allow-cwd`",
    args: "app.wasm -o out.wasm --cwd / --allow-cwd",
    code: 2,
    says: "`--allow-cwd` and `--cwd` exclude each other",
  },
  {
    name: "`--include` without a mount",
    args: "app.wasm -o out.wasm --include x",
    code: 2,
    says: "`--include` is about mounts, and there is no `--mount`",
  },
  {
    name: "`--compress` without a mount",
    args: "app.wasm -o out.wasm --compress",
    code: 2,
    says: "`--compress` is about mounts, and there is no `--mount`",
  },
  {
    name: "a link out of a mount",
    args: "app.wasm -o out.wasm --mount /a=files",
    code: 1,
    says: "`files/link` points to `../app.wasm`, outside of the mount",
    prepare: (directory) => symlinkSync("../app.wasm", join(directory, "files/link")),
  },
  {
    name: "a file beyond what a component holds",
    args: "app.wasm -o out.wasm --mount /a=huge",
    code: 1,
    says: "`huge` has 5000000000 bytes, more than the 1073741824 that a component can hold",
    prepare: sparse("huge", 5e9),
  },
  ...["huge -o out.wasm", "inspect huge", "run huge", "app.wasm -o out.wasm --stdin-file huge"].map((args) => ({
    name: `a file that no component can be or hold, by \`${args}\``,
    args,
    code: 1 as const,
    says: "`huge` has 5000000000 bytes, more than the 4294967295 that a component can hold",
    prepare: sparse("huge", 5e9),
  })),
  { name: "running what does not exist", args: "run nothing.wasm", code: 1, says: "`nothing.wasm` does not exist" },
  {
    name: "running with a directory that has two names",
    args: "run app.wasm --dir files::/a::/b",
    code: 2,
    says: "`--dir files::/a::/b` is neither HOST::GUEST nor HOST, such as `./data::/data`",
  },
  {
    name: "running with a directory whose names stand in the wrong order",
    args: "run app.wasm --dir /a::files",
    code: 2,
    says: "`--dir /a::files`: `/a` is not a directory: the host's stands first, HOST::GUEST",
  },
  {
    name: "running with a missing directory",
    args: "run app.wasm --dir nowhere::/a",
    code: 2,
    says: "`--dir nowhere::/a`: `nowhere` is not a directory",
  },
  {
    name: "running a component that is no command",
    args: "run x.wasm",
    code: 1,
    says: "the component is not a command of WASI 0.2 or 0.3: it does not export `wasi:cli/run`",
    prepare: write("x.wasm", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)),
  },
];

function sparse(name: string, size: number): (directory: string) => void {
  return (directory) => {
    writeFileSync(join(directory, name), "");
    truncateSync(join(directory, name), size);
  };
}

describe("one sentence, and nothing written:", () => {
  test.each(CASES)("$name", async ({ args, code, says, prepare }) => {
    const cwd = project();
    prepare?.(cwd);
    const before = readdirSync(cwd, { recursive: true });
    const outcome = await wasiNestAgain(args.split(" "), { cwd });
    const [first, ...hints] = outcome.stderr.trimEnd().split("\n");
    expect(first).toBe(`wasi-nest: ${says}`);
    for (const hint of hints) expect(hint).toMatch(/^ {2}`/);
    expect(hints.length).toBeLessThanOrEqual(1);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe("");
    expect(readdirSync(cwd, { recursive: true })).toEqual(before);
    expect(readFileSync(join(cwd, "app.wasm")).equals(component)).toBe(true);
  });
});

test("every kind of cut is one sentence that names the file", async () => {
  const cwd = project();
  for (const length of [1, 4, 7, 9, 100, 1000, component.length - 1]) {
    writeFileSync(join(cwd, "cut.wasm"), component.subarray(0, length));
    const { code, stderr } = await wasiNestAgain(["cut.wasm", "-o", "out.wasm"], { cwd });
    expect(stderr, `${length} bytes`).toMatch(
      /^wasi-nest: `cut\.wasm` is (not well-formed: .*\(at offset 0x[0-9a-f]+\)|cut off after its first bytes)\n$/,
    );
    expect(code).toBe(1);
  }
  expect(readdirSync(cwd)).not.toContain("out.wasm");
});

test("what cannot be read or written is said so", async ({ skip }) => {
  skip(process.getuid?.() === 0, "root may read and write everything");
  const cwd = project();
  chmodSync(join(cwd, "app.wasm"), 0o000);
  expect((await wasiNestAgain(["app.wasm", "-o", "out.wasm"], { cwd })).stderr).toBe(
    "wasi-nest: `app.wasm` cannot be read: permission denied\n",
  );
  chmodSync(join(cwd, "files"), 0o500);
  expect((await wasiNestAgain(["core.wasm", "-o", "files/out.wasm"], { cwd })).stderr).toBe(
    "wasi-nest: `files/out.wasm` cannot be written: permission denied\n",
  );
});

test("everything that is wrong with the mounts is said at once", async () => {
  const cwd = project();
  cpSync(join(cwd, "files"), join(cwd, "more"), { recursive: true });
  execFileSync("mkfifo", [join(cwd, "files/pipe")]);
  symlinkSync("/etc/passwd", join(cwd, "more/password"));
  const { code, stderr } = await wasiNestAgain(
    ["app.wasm", "-o", "out.wasm", "--mount", "/a=files", "--mount", "/b=more", "--mount", "/c=nowhere"],
    {
      cwd,
    },
  );
  expect(stderr.split("\n")).toEqual([
    "wasi-nest: 3 problems:",
    "  `files/pipe` is a named pipe, which cannot be embedded",
    "  `more/password` points to `/etc/passwd`, outside of the mount",
    "  `nowhere` does not exist",
    "  `--follow` embeds what links point to",
    "",
  ]);
  expect(code).toBe(1);
});
