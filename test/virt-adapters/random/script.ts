/**
 * Files that a program of its own has, which does what lines of its stdin say (test/guests/c/preview1-script.c): what is done to them
 * becomes lines, and what the model answers is what the program has to print.
 */

import { Descriptors, Err, type OpenOptions, type Stat } from "../descriptors.ts";

const OPEN_FLAGS = ["create", "directory", "exclusive", "truncate"];
const TYPES: Readonly<Record<string, number>> = { directory: 3, "regular-file": 4, "symbolic-link": 7 };
/** What error codes of WASI 0.2 are in preview 1. */
const ERRNOS: Readonly<Record<string, number>> = {
  ...{ "bad-descriptor": 8, busy: 10, exist: 20, "file-too-large": 22, invalid: 28, "is-directory": 31, loop: 32, "name-too-long": 37 },
  ...{ "no-entry": 44, "insufficient-space": 51, "not-directory": 54, "not-empty": 55, "not-permitted": 63, "read-only": 69 },
  ...{ "cross-device": 75 },
};
/** `notcapable`, which is `perm` as well. */
const NOT_CAPABLE = 76;
const PERM = 63;

export interface Step {
  readonly line: string;
  readonly expected: string;
}

export class Script extends Descriptors {
  readonly steps: Step[] = [];
  readonly preopenCount: number;
  #line = "";
  #nextPlace: number;

  /** `preopens`: how many places are open at first. */
  constructor(preopenCount: number) {
    super(undefined as never, undefined as never);
    this.preopenCount = preopenCount;
    this.#nextPlace = preopenCount;
  }

  preopens(): readonly (readonly [number, string])[] {
    return Array.from({ length: this.preopenCount }, (_, place) => [place, ""]);
  }

  #do(...words: readonly (string | number | bigint)[]): "ok" {
    if (this.#line !== "") throw new Error(`nothing is expected of ${this.#line}`);
    this.#line = words.map((word) => (word === "" ? "''" : word)).join(" ");
    return "ok";
  }

  /** What has to come of the operation before. */
  expect(answer: unknown): void {
    this.steps.push({ line: this.#line, expected: textOf(answer) });
    this.#line = "";
  }

  override openAt(base: number, path: string, { follow = true, open = [], flags = ["read"] }: OpenOptions = {}): number {
    const openFlags = open.reduce((sum, flag) => sum | (1 << OPEN_FLAGS.indexOf(flag)), 0);
    const rights = (flags.includes("read") ? 2 + (1 << 14) : 0) + (flags.includes("write") ? 64 + (1 << 22) : 0);
    this.#do("o", this.#nextPlace, base, Number(follow), openFlags, rights, path);
    return this.#nextPlace++;
  }

  override close(place: number): void {
    this.#do("c", place);
    this.expect("ok");
  }

  override mkdir(path: string, base: number): "ok" {
    return this.#do("m", base, path);
  }

  override rmdir(path: string, base: number): "ok" {
    return this.#do("d", base, path);
  }

  override unlink(path: string, base: number): "ok" {
    return this.#do("u", base, path);
  }

  override rename(from: string, to: string, base: number, newBase: number): "ok" {
    return this.#do("v", base, from, newBase, to);
  }

  override link(from: string, to: string, follow: boolean, base: number, newBase: number): "ok" {
    return this.#do("h", base, Number(follow), from, newBase, to);
  }

  override symlink(target: string, at: string, base: number): "ok" {
    return this.#do("y", base, target, at);
  }

  override readlinkAt(base: number, path: string): string {
    return this.#do("p", base, path);
  }

  override statAt(base: number, path: string, follow: boolean): Err {
    this.#do("s", base, Number(follow), path);
    return new Err("");
  }

  override stat(place: number): Err {
    this.#do("S", place);
    return new Err("");
  }

  override setSize(place: number, size: bigint): "ok" {
    return this.#do("t", place, size);
  }

  override list(place: number): readonly (readonly [string, string])[] {
    this.#do("l", place);
    return [];
  }

  override plain(name: string, place: number, ...args: readonly (number | bigint | string)[]): "ok" {
    const [follow = 0, path = ""] = args;
    return name === "set_times_at" ? this.#do("i", place, follow, path, args[7] ?? 0) : this.#do("I", place);
  }

  write(place: number, offset: bigint, text: string): void {
    this.#do("w", place, offset, text);
  }

  append(place: number, text: string): void {
    this.#do("a", place, text);
  }

  read(place: number): void {
    this.#do("r", place);
  }

  /** The program's stdin. */
  get text(): string {
    return this.steps.map(({ line }) => `${line}\n`).join("");
  }

  /** What is wrong with what the program has printed, with what was done before; nothing if all is right. */
  difference(printed: string): string | undefined {
    const lines = printed.split("\n").map(plainLine);
    const wrong = this.steps.findIndex(({ line, expected }, i) => {
      // Of two faults of a call, the host's directories tell one: of two directories or a link's two paths, and of odd flags.
      const isBothWrong =
        /^[hv]|^y \d+ (?:''|\/)|^o \d+ \d+ \d (?:3|4|6|7|10|11|12|14|15) /.test(line) && isFault(expected) && isFault(lines[i] ?? "");
      const isEither = this.preopenCount > 1 && isBothWrong;
      return !isEither && lines[i] !== expected;
    });
    if (wrong < 0) return undefined;
    const before = this.steps.slice(Math.max(0, wrong - 30), wrong + 1).map(({ line, expected }) => `${line.slice(0, 200)} → ${expected}`);
    return [...before, `but the program says ${lines[wrong]}`].join("\n");
  }
}

const isFault = (answer: string): boolean => answer.startsWith("!") && answer !== "! 0";

function textOf(answer: unknown): string {
  if (answer instanceof Err) return `! ${ERRNOS[answer.error] ?? answer.error}`;
  if (answer === undefined || answer === "ok") return "! 0";
  if (Array.isArray(answer)) {
    return (answer as readonly string[])
      .map((each) => each.replace(/ (.*)$/, (_, type: string) => `:${TYPES[type]}`))
      .sort()
      .join(" ");
  }
  if (typeof answer !== "object" || answer === null) return String(answer);
  const { type, size } = answer as Stat;
  return `${TYPES[type]} ${type === "directory" ? 0 : size}`;
}

/** Entries in alphabetical order. */
const plainLine = (line: string): string =>
  line === `! ${NOT_CAPABLE}` ? `! ${PERM}` : line.endsWith(" ") ? line.trimEnd().split(" ").sort().join(" ") : line;
