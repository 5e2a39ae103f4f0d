/**
 * Scripts by chance, and what a shell makes of them, told by a model. Stages of a shell's pipe run at once, and those of a
 * component do not: so nothing here depends on which of them is faster. In a pipe only the last stage writes to standard error or
 * to files of names, and every stage that is written to reads.
 */
import type { Command, Redirection, Script } from "../../src/index.ts";
import { and, append, duplicate, group, input, or, output, pipe, sequence, stage, to } from "./build.ts";
import type { Ending } from "./shell.ts";

/** A number from 0 to below `limit`. */
export type Chance = (limit: number) => number;

/** Numbers that a seed gives, the same each time (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const FILES = ["f", "g", "h"];
const TEXTS = ["a", "bc", "x\ny", ""];

interface Place {
  readonly depth: number;
  /** What is read comes from a stage before, which has to be read to its end. */
  readonly reads: boolean;
  /** It may write to standard error and to files. */
  readonly isAlone: boolean;
  /** Files that outputs lead to already: of two that lead to one, a shell's may write over each other. */
  readonly open: readonly string[];
}

export function randomScript(chance: Chance, place: Place = { depth: 3, reads: false, isAlone: true, open: [] }): Script {
  const { depth, reads, isAlone } = place;
  const inner = (changes: Partial<Place> = {}): Script => randomScript(chance, { ...place, depth: depth - 1, ...changes });
  const kind = depth === 0 ? 0 : chance(7);
  // Who reads first reads all.
  const left = (): Script => inner();
  const right = (): Script => inner({ reads: false });
  if (kind === 2) return and(reads ? readingCommand(chance, place) : left(), right());
  if (kind === 3) return or(reads ? readingCommand(chance, place) : left(), right());
  if (kind === 4) return sequence(reads ? readingCommand(chance, place) : left(), right());
  if (kind === 5)
    return pipe(
      inner({ isAlone: false }),
      ...Array.from({ length: chance(2) }, () => inner({ isAlone: false, reads: true })),
      inner({ reads: true }),
    );
  if (kind === 6) {
    const own = reads || !isAlone ? [] : redirections(chance, place.open);
    return group(inner({ open: [...place.open, ...own.flatMap((each) => ("path" in each ? [each.path] : []))] }), ...own);
  }
  return reads ? readingCommand(chance, place) : command(chance, place);
}

function command(chance: Chance, { isAlone, open }: Place): Command {
  const args = Array.from({ length: chance(3) }, () => verb(chance, isAlone)).flat();
  const made = stage(...args, ...ending(chance));
  return isAlone ? to(made, ...redirections(chance, open)) : made;
}

/** It reads all of its input first, so that whoever writes that has written it all. */
function readingCommand(chance: Chance, { isAlone, open }: Place): Command {
  const first = ["copy", "double", "count"][chance(3)] ?? "copy";
  const more = chance(3) === 0 ? verb(chance, isAlone) : [];
  const made = stage(first, ...more, ...ending(chance));
  const outputs = redirections(chance, open).filter(({ kind }) => kind !== "input");
  return isAlone && chance(4) === 0 ? to(made, ...outputs) : made;
}

const ending = (chance: Chance): readonly string[] => {
  const kind = chance(5);
  const code = String(chance(4));
  return kind === 0 ? ["exit", code] : kind === 1 ? ["return", code] : [];
};

function verb(chance: Chance, isAlone: boolean): readonly string[] {
  const text = TEXTS[chance(TEXTS.length)] ?? "";
  const file = FILES[chance(FILES.length)] ?? "f";
  const kind = chance(isAlone ? 6 : 2);
  if (kind === 2) return ["warn", text];
  if (kind === 3) return ["put", file, text];
  if (kind === 4) return ["add", file, text];
  return kind === 5 ? ["show", file] : kind === 1 ? ["copy"] : ["say", text];
}

function redirections(chance: Chance, open: readonly string[]): readonly Redirection[] {
  const free = ["o", "p", "r"].filter((each) => !open.includes(each));
  return Array.from({ length: Math.max(chance(4) - 1, 0) }, (): Redirection => {
    const from = chance(3) === 0 ? "stderr" : "stdout";
    const kind = chance(5);
    if (kind === 0) return duplicate(from);
    if (kind === 1) return input(FILES[chance(FILES.length)] ?? "f");
    const file = kind === 2 || free.length === 0 ? "/dev/null" : chance(10) === 0 ? "q/r" : (free.splice(chance(free.length), 1)[0] ?? "o");
    return kind === 3 ? output(file, from) : append(file, from);
  });
}

/** A file, or a pipe. */
export interface Bytes {
  text: string;
}

/** What goes on where it last stopped. */
export class Reader {
  readonly #bytes: Bytes;
  #position = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  read(): string {
    const read = this.#bytes.text.slice(this.#position);
    this.#position += read.length;
    return read;
  }
}

export interface Streams {
  readonly stdin: Reader;
  readonly stdout: Bytes;
  readonly stderr: Bytes;
}

/** What a script comes to. */
export function modelOf(script: Script, stdin: string, pipefail = false): Ending {
  const files = new Map<string, Bytes>();
  const start = { stdin: new Reader({ text: stdin }), stdout: { text: "" }, stderr: { text: "" } };
  const exitCode = new Model(files, pipefail).run(script, start);
  return {
    ...{ stdout: start.stdout.text, stderr: start.stderr.text, exitCode },
    files: Object.fromEntries([...files].map(([name, { text }]) => [name, text])),
  };
}

class Model {
  readonly #files: Map<string, Bytes>;
  readonly #pipefail: boolean;

  constructor(files: Map<string, Bytes>, pipefail: boolean) {
    this.#files = files;
    this.#pipefail = pipefail;
  }

  run(script: Script, streams: Streams): number {
    switch (script.kind) {
      case "command":
        return this.#redirected(script.redirections, streams, (own) => runStage(script.args, own, this.#files));
      case "group":
        return this.#redirected(script.redirections, streams, (own) => this.run(script.body, own));
      case "sequence":
        this.run(script.left, streams);
        return this.run(script.right, streams);
      case "and":
      case "or": {
        const status = this.run(script.left, streams);
        return (status === 0) === (script.kind === "and") ? this.run(script.right, streams) : status;
      }
      case "pipe": {
        let last = 0;
        let failed = 0;
        let { stdin } = streams;
        script.stages.forEach((each, i) => {
          const between = i === script.stages.length - 1 ? streams.stdout : { text: "" };
          last = this.run(each, { ...streams, stdin, stdout: between });
          if (last !== 0) failed = last;
          stdin = new Reader(between);
        });
        return this.#pipefail ? failed : last;
      }
    }
  }

  #redirected(redirections: readonly Redirection[], streams: Streams, run: (own: Streams) => number): number {
    let own = streams;
    for (const each of redirections) {
      if (each.kind === "duplicate") {
        own = { ...own, [each.from]: own[each.to] };
        continue;
      }
      const known = this.#files.get(each.path);
      if (each.kind === "input" ? known === undefined : each.path.includes("/") && each.path !== "/dev/null") {
        own.stderr.text +=
          each.kind === "input" ? `cannot open ${each.path}: No such file\n` : `cannot create ${each.path}: Directory nonexistent\n`;
        return 2;
      }
      if (each.kind === "input") own = { ...own, stdin: new Reader(known ?? { text: "" }) };
      else {
        const file = each.path === "/dev/null" ? { text: "" } : (known ?? { text: "" });
        if (each.kind === "output") file.text = "";
        if (each.path !== "/dev/null") this.#files.set(each.path, file);
        own = { ...own, [each.from]: file };
      }
    }
    return run(own);
  }
}

/** What test/guests/c/stage.c does with some of its verbs, and what it ends with. */
export function runStage(args: readonly string[], { stdin, stdout, stderr }: Streams, files: Map<string, Bytes>): number {
  for (let i = 0; i < args.length; i++) {
    const next = args[i + 1] ?? "";
    switch (args[i]) {
      case "copy":
        stdout.text += stdin.read();
        break;
      case "double":
        stdout.text += [...stdin.read()].map((each) => each + each).join("");
        break;
      case "count":
        stdout.text += `${stdin.read().length}\n`;
        break;
      case "say":
        stdout.text += `${next}\n`;
        i++;
        break;
      case "warn":
        stderr.text += `${next}\n`;
        i++;
        break;
      case "put":
      case "add": {
        const file = files.get(next) ?? { text: "" };
        file.text = `${args[i] === "add" ? file.text : ""}${args[i + 2]}\n`;
        files.set(next, file);
        i += 2;
        break;
      }
      case "show": {
        const file = files.get(next);
        if (file === undefined) return 6;
        stdout.text += file.text;
        i++;
        break;
      }
      case "exit":
      case "return":
        return Number(next);
      default:
        throw new Error(`the model does not know \`${args[i]}\``);
    }
  }
  return 0;
}
