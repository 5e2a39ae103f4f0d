/**
 * `--watch`: runs the command in a process of its own, and again when a file that it reads has changed. A program that is still running
 * is stopped first, whatever it does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type FSWatcher, statSync, watch } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, relative, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { reading } from "./inputs.ts";
import { filesOf } from "./library-options.ts";
import { type RunGiven, VIRTUALIZING } from "./options.ts";
import { policyPath } from "./policy/policy-file.ts";
import { say } from "./terminal.ts";

/** Milliseconds without another change until it runs again: editors change a file more than once. */
const QUIET = 100;
/** Milliseconds that a program has to end when it is told to. */
const PATIENCE = 2000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * `argv` are the words behind the command's name. It goes on until it is interrupted.
 * @throws UsageError, InputError for what cannot be watched
 */
export async function watching(verb: string, argv: readonly string[], component: string, given: RunGiven): Promise<void> {
  const end = argv.indexOf("--");
  const isOurs = (word: string, i: number): boolean => (end < 0 || i < end) && /^--watch(=.*)?$/.test(word);
  if (argv.filter(isOurs).length > 1)
    throw new UsageError("`--watch` as the value of another option stands behind `=`, as in `--arg=--watch`");
  const words = argv.filter((word, i) => !isOurs(word, i));
  const paths = watchedOf(component, given);
  if (paths.includes("-")) throw new UsageError("`--watch` is for files, and standard input can be read once only");
  const watchers = new Map<string, FSWatcher>();
  const follow = (path: string): void => {
    const place = resolve(path);
    if (!watchers.has(place))
      watchers.set(
        place,
        watcherOf(path, () => onChange(path)),
      );
  };
  // What options do not name, such as what a policy extends or a module imports, is told by who reads it.
  const followRead = (path: unknown): void => {
    if (typeof path === "string" && path !== "-" && exists(path)) follow(relative("", path));
  };
  const started = (): ChildProcess => start(verb, words).on("message", followRead);
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const again = async (path: string): Promise<void> => {
    await stopped(child);
    say([`wasi-nest: \`${path}\` has changed, running again`]);
    child = started();
  };
  const onChange = (path: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (turn = turn.then(() => again(path))), QUIET);
  };
  let child = started();
  paths.forEach(follow);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const each of SIGNALS) process.once(each, resolve);
  });
  clearTimeout(timer);
  for (const each of watchers.values()) each.close();
  await turn;
  await stopped(child);
  process.exitCode = 128 + constants.signals[signal];
}

/** Each once: the component, files that options name, what is embedded, and the policy. */
function watchedOf(component: string, given: RunGiven): readonly string[] {
  const { mount = [], adapter = [], policy } = given;
  const mounts = mount
    .map((text) => text.slice(text.indexOf("=") + 1))
    .map((local) => (exists(local) ? local : local.replace(/:r[ow]$/, "")));
  const adapters = adapter.map((text) => text.slice(text.indexOf("=") + 1));
  const policies = policy === undefined ? [] : [policyPath(policy, component)];
  return [...new Set([component, ...filesOf(given, VIRTUALIZING), ...mounts, ...adapters, ...policies])];
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A file is watched in its directory: who writes it anew puts another one in its place. */
function watcherOf(path: string, onChange: () => void): FSWatcher {
  return reading(path, () => {
    if (statSync(path).isDirectory()) return watch(path, { recursive: true }, onChange);
    const name = basename(path);
    return watch(dirname(path), (_, changed) => {
      if (changed === null || changed === name) onChange();
    });
  });
}

function start(verb: string, words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...process.execArgv, "--", process.argv[1] ?? "", verb, ...words], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  child.once("error", (error) => say([`wasi-nest: ${error.message}`]));
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(timer);
}
