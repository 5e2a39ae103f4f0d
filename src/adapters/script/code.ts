/**
 * A script as code for the guest: operations of words, which layout.ts lists. What words stand for addresses that are known
 * only when all is there: of code, registers and strings.
 */
import {
  DO_APPEND,
  DO_CHOOSE,
  DO_DUPLICATE,
  DO_EMPTY,
  DO_END,
  DO_END_INPUT,
  DO_END_OUTPUT,
  DO_FORK,
  DO_HOLD,
  DO_IF_FAILED,
  DO_IF_OK,
  DO_IGNORE,
  DO_JOIN,
  DO_NOTE,
  DO_OPEN,
  DO_PIPE,
  DO_READ,
  DO_RESTORE,
  DO_RUN,
  DO_SAVE,
  DO_TAKE,
  DO_WRITE,
  SCRIPT_THREAD_SIZE,
} from "../../image/layout.ts";
import { type Command, NULL_DEVICE, type Output, type Redirection, type Script } from "../../script/script.ts";

/** A word of code, or what becomes one. */
export type Word =
  | number
  | { readonly kind: "label"; at: number | undefined }
  /** The offset of a register, in words. */
  | { readonly kind: "register"; readonly index: number }
  /** Address and count of a list: two words. */
  | { readonly kind: "list"; readonly strings: readonly string[]; readonly stride: 1 | 2 }
  /** Address and length: two words. */
  | { readonly kind: "string"; readonly text: string };
export type Label = Extract<Word, { readonly kind: "label" }>;
export type Register = Extract<Word, { readonly kind: "register" }>;

export interface Code {
  readonly words: readonly Word[];
  /** How many words registers take. */
  readonly registerCount: number;
  /** The commands, in the order of the stages, of which the first has the number 1. */
  readonly commands: readonly Command[];
  /** What of streams the code deals with. */
  readonly needs: "files" | "pipes" | "choice" | "plain";
  /** Where stages run at once: the table of them, and the first thread. */
  readonly atOnce?: { readonly stages: Label; readonly main: Register };
}

/** Which stages run at once. */
export interface AtOnce {
  /** Whether a program cannot wait for what it reads: then all that comes before it in a pipe has to end first. */
  readsLater(program: string): boolean;
}

const INPUT = 0;
const OUTPUTS: Readonly<Record<Output, number>> = { stdout: 1, stderr: 2 };
/** Words of the streams. */
const STREAM_COUNT = 3;
const THREAD_WORDS = SCRIPT_THREAD_SIZE / 4;

/** With `pipefail`, a pipe ends with what the last of its stages that failed ended with. */
export function codeOf(script: Script, pipefail: boolean, atOnce?: AtOnce): Code {
  const writing = new CodeWriter(pipefail, atOnce);
  writing.add(script);
  return writing.finish();
}

class CodeWriter {
  readonly #pipefail: boolean;
  readonly #atOnce: AtOnce | undefined;
  /** Where each stage's operation is. */
  readonly #runs: Label[] = [];
  readonly #words: Word[] = [];
  readonly #commands: Command[] = [];
  #length = 0;
  #registerCount = 0;
  #needs: Code["needs"] = "plain";

  constructor(pipefail: boolean, atOnce: AtOnce | undefined) {
    this.#pipefail = pipefail;
    this.#atOnce = atOnce;
  }

  add(script: Script): void {
    switch (script.kind) {
      case "command":
        return this.#redirected(script.redirections, () => this.#run(script));
      case "group":
        return this.#redirected(script.redirections, () => this.add(script.body));
      case "pipe":
        return this.#pipe(script.stages);
      case "sequence":
        this.add(script.left);
        return this.add(script.right);
      case "and":
      case "or": {
        const end = newLabel();
        this.add(script.left);
        this.#write(script.kind === "and" ? DO_IF_FAILED : DO_IF_OK, end);
        this.add(script.right);
        return this.#place(end);
      }
    }
  }

  finish(): Code {
    this.#write(0);
    const atOnce = this.#atOnce && { stages: this.#stages(), main: this.#register(THREAD_WORDS) };
    return {
      words: this.#words,
      registerCount: this.#registerCount,
      commands: this.#commands,
      needs: this.#needs,
      ...(atOnce && { atOnce }),
    };
  }

  #stages(): Label {
    const table = newLabel();
    this.#place(table);
    for (const each of this.#runs) this.#write(each, 0, 0);
    return table;
  }

  #run(command: Command): void {
    this.#commands.push(command);
    const run = newLabel();
    this.#place(run);
    this.#runs.push(run);
    this.#write(
      ...[DO_RUN, this.#commands.length],
      { kind: "list", strings: [command.program, ...command.args], stride: 1 },
      { kind: "list", strings: [...new Map(command.env)].flat(), stride: 2 },
    );
  }

  /** What is opened for it ends with it, and the streams are those of before. */
  #redirected(redirections: readonly Redirection[], add: () => void): void {
    if (redirections.length === 0) return add();
    const end = newLabel();
    const before = this.#save();
    const endings = redirections.map((each) => this.#redirect(each, end)).filter((each) => each !== undefined);
    add();
    this.#place(end);
    for (const [operation, register] of endings.toReversed()) this.#write(operation, register);
    this.#write(DO_RESTORE, before);
  }

  /** What ends it, if anything has to. */
  #redirect(redirection: Redirection, failed: Label): readonly [operation: number, register: Register] | undefined {
    if (redirection.kind === "duplicate") {
      this.#need("pipes");
      this.#write(DO_DUPLICATE, OUTPUTS[redirection.from], OUTPUTS[redirection.to]);
      return undefined;
    }
    const { path } = redirection;
    this.#need(path === NULL_DEVICE ? "pipes" : "files");
    if (redirection.kind === "input") {
      const register = this.#register(path === NULL_DEVICE ? 2 : 1);
      if (path === NULL_DEVICE) this.#write(DO_EMPTY, register);
      else this.#write(DO_OPEN, INPUT, register, { kind: "string", text: path }, failed);
      return [DO_END_INPUT, register];
    }
    const output = OUTPUTS[redirection.from];
    if (path === NULL_DEVICE) {
      this.#write(DO_IGNORE, output);
      return undefined;
    }
    const register = this.#register(1);
    this.#write(redirection.kind === "append" ? DO_APPEND : DO_WRITE, output, register, { kind: "string", text: path }, failed);
    return [DO_END_OUTPUT, register];
  }

  #pipe(stages: readonly Script[]): void {
    this.#need("pipes");
    const failed = this.#pipefail ? this.#register(1) : undefined;
    const before = this.#save();
    const threads: Register[] = [];
    let joined = 0;
    const join = (): void => {
      for (; joined < threads.length; joined++) {
        this.#write(DO_JOIN, threads[joined] ?? 0);
        if (failed !== undefined) this.#write(DO_NOTE, failed);
      }
    };
    let pipe: Register | undefined;
    stages.forEach((stage, i) => {
      const isLast = i === stages.length - 1;
      const from = pipe;
      if (this.#readsLater(stage)) join();
      if (from !== undefined) this.#write(DO_READ, from);
      pipe = isLast ? undefined : this.#register(2);
      if (pipe !== undefined) this.#write(DO_PIPE, pipe);
      const next = stages[i + 1];
      if (pipe !== undefined && next !== undefined && this.#readsLater(next)) this.#write(DO_HOLD, pipe);
      const thread = this.#atOnce && this.#register(THREAD_WORDS);
      const behind = newLabel();
      if (thread !== undefined) this.#write(DO_FORK, thread, behind);
      this.add(stage);
      if (thread === undefined && failed !== undefined) this.#write(DO_NOTE, failed);
      if (pipe !== undefined) this.#write(DO_END_OUTPUT, { ...pipe, index: pipe.index + 1 });
      if (from !== undefined) this.#write(DO_END_INPUT, from);
      if (thread !== undefined) {
        threads.push(thread);
        this.#write(DO_END, thread);
        this.#place(behind);
      }
      this.#write(DO_RESTORE, before);
    });
    join();
    if (failed !== undefined) this.#write(DO_TAKE, failed);
  }

  #readsLater(script: Script): boolean {
    switch (script.kind) {
      case "command":
        return this.#atOnce?.readsLater(script.program) === true;
      case "group":
        return this.#readsLater(script.body);
      case "pipe":
        return script.stages.some((each) => this.#readsLater(each));
      default:
        return this.#readsLater(script.left) || this.#readsLater(script.right);
    }
  }

  #save(): Register {
    const register = this.#register(STREAM_COUNT);
    this.#write(DO_SAVE, register);
    return register;
  }

  #need(what: "pipes" | "files"): void {
    if (this.#needs !== "files") this.#needs = what;
  }

  #register(count: number): Register {
    const index = this.#registerCount;
    this.#registerCount += count;
    return { kind: "register", index };
  }

  #place(label: Label): void {
    label.at = this.#length;
  }

  #write(...words: readonly Word[]): void {
    for (const word of words) {
      this.#words.push(word);
      this.#length += wordCount(word);
    }
  }
}

export const wordCount = (word: Word): number => (typeof word === "object" && (word.kind === "list" || word.kind === "string") ? 2 : 1);

const newLabel = (): Label => ({ kind: "label", at: undefined });

/** Code that runs the command that the arguments mean: stage `n + 1` for the `n`th of the names; `help` lists them. */
export function choiceOf(names: readonly string[], help: string): Code {
  const command = (program: string): Command => ({ kind: "command", program, args: [], env: [], redirections: [] });
  const end = newLabel();
  const labels = names.map(() => newLabel());
  const words: Word[] = [];
  let length = 0;
  const write = (...added: readonly Word[]): void => {
    for (const word of added) {
      words.push(word);
      length += wordCount(word);
    }
  };
  const table = newLabel();
  write(DO_CHOOSE, table, names.length, { kind: "string", text: help });
  end.at = length;
  write(0);
  table.at = length;
  names.forEach((name, i) => write({ kind: "string", text: name }, labels[i] ?? end, 0));
  names.forEach((_, i) => {
    const label = labels[i];
    if (label !== undefined) label.at = length;
    write(DO_RUN, i + 1, { kind: "list", strings: [], stride: 1 }, { kind: "list", strings: [], stride: 2 }, 0);
  });
  return { words, registerCount: 0, commands: names.map(command), needs: "choice" };
}
