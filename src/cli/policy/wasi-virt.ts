/**
 * Configurations of WASI-Virt: known by keys that no policy has, and put into the words of one. What they do not name is denied,
 * because nobody can tell a subsystem that was left out from one that was forgotten.
 */
import { UsageError } from "../../errors.ts";
import type { Directory, Entry, Mount } from "../../index.ts";
import { nearest } from "../../suggestion.ts";
import { isObject, shown } from "./values.ts";

export interface Translated {
  /** As a policy file would say it, with `false` for what is denied. */
  readonly policy: Readonly<Record<string, unknown>>;
  /** The files that the configuration itself holds. */
  readonly mounts: readonly Mount[];
}

const SWITCHES = {
  clocks: "allow-clocks",
  exit: "allow-exit",
  http: "allow-http",
  random: "allow-random",
  sockets: "allow-sockets",
} as const;
const STREAMS = ["stdin", "stdout", "stderr"] as const;
const KEYS: readonly string[] = [
  ...Object.keys(SWITCHES),
  ...["env", "config", "stdio", "fs", "debug", "wasi-version", "run-wasm-opt", "compose-component-path"],
];

const valueIn = (value: unknown, key: string): unknown => (isObject(value) ? (value as Readonly<Record<string, unknown>>)[key] : undefined);
const hasLists = (value: unknown): boolean => Array.isArray(valueIn(value, "overrides")) || isObject(valueIn(value, "host"));
const isHostWord = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).join() === "host" && /^(all|none)$/.test(String(valueIn(value, "host")));

/** Whether a value under a key is what only WASI-Virt has there. */
function isSign(key: string, value: unknown): boolean {
  if (Object.hasOwn(SWITCHES, key)) return typeof value === "boolean";
  if (key === "stdio" || key === "fs") return isObject(value);
  if (key === "env" || key === "config") return hasLists(value);
  return key === "run-wasm-opt" || key === "compose-component-path";
}

/** @throws UsageError for what may be either */
export function isOfWasiVirt(file: object): boolean {
  const entries = Object.entries(file);
  if (entries.some(([key, value]) => isSign(key, value))) return true;
  const isOpen = ([key, value]: readonly [string, unknown]): boolean => (key === "env" || key === "config") && isHostWord(value);
  const [open] = entries.find(isOpen) ?? [];
  if (open !== undefined && entries.every((each) => isOpen(each) || each[0] === "debug" || each[0] === "wasi-version"))
    throw new UsageError(
      `\`${open}.host\` gives all or none of the host's to WASI-Virt, and is a value named \`host\` in a policy: write \`allow-${open} = true\`, or \`${open} = ["host=…"]\``,
    );
  return false;
}

/** @throws UsageError for what is no configuration of WASI-Virt, and for what it has no words for here */
export function translated(file: object): Translated {
  refuseOthers(file, KEYS, "");
  const said = file as Readonly<Record<string, unknown>>;
  if (said["compose-component-path"] !== undefined)
    throw new UsageError("`compose-component-path` is not read: the component stands on the command line");
  // It changes how the output is written, and not what it does.
  if (said["run-wasm-opt"] !== undefined) isYes(said["run-wasm-opt"], "run-wasm-opt");
  const files = filesOf(said["fs"]);
  const policy = {
    ...Object.fromEntries(Object.entries(SWITCHES).flatMap(([key, flag]) => given(said[key], (value) => [flag, isYes(value, key)]))),
    ...Object.fromEntries(given(said["debug"], (value) => ["trace", isYes(value, "debug")])),
    ...Object.fromEntries(given(said["wasi-version"], (value) => ["wasi-version", [textOf(value, "wasi-version")]])),
    ...valuesOf("env", said["env"]),
    ...valuesOf("config", said["config"]),
    ...streamsOf(said["stdio"]),
    ...files.policy,
  };
  return { policy, mounts: files.mounts };
}

const given = <T>(value: unknown, of: (value: unknown) => T): readonly T[] => (value === undefined ? [] : [of(value)]);

function refuseOthers(value: object, keys: readonly string[], within: string): void {
  const other = Object.keys(value).find((key) => !keys.includes(key));
  if (other === undefined) return;
  const meant = nearest(other, keys);
  const hint = meant === undefined ? "" : `: did you mean \`${meant}\`?`;
  throw new UsageError(`\`${within}${other}\` is no key of WASI-Virt, whose configuration this is by its other keys${hint}`);
}

function refused(key: string, value: unknown, wanted: string): never {
  throw new UsageError(`\`${key}\` is ${shown(value)}, and ${wanted} is wanted`);
}

const isYes = (value: unknown, key: string): boolean => (typeof value === "boolean" ? value : refused(key, value, "`true` or `false`"));
const textOf = (value: unknown, key: string): string => (typeof value === "string" ? value : refused(key, value, "a text"));
const objectOf = (value: unknown, key: string): object => (isObject(value) ? value : refused(key, value, "an object"));

function namesOf(value: unknown, key: string): readonly string[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : refused(key, value, "a list of names");
  return names.map((name) => {
    const text = textOf(name, key);
    // In a policy, these would mean something else.
    if (text === "" || /[,*]/.test(text)) throw new UsageError(`\`${key}\` has \`${text}\`, which is not a name that can be told`);
    return text;
  });
}

/** Variables, or keys of the configuration: fixed ones, and those of the host. */
function valuesOf(name: "env" | "config", value: unknown): object {
  if (value === undefined) return {};
  const { overrides = [], host = "none", ...others } = objectOf(value, name) as { overrides?: unknown; host?: unknown };
  refuseOthers(others, [], `${name}.`);
  if (!Array.isArray(overrides)) refused(`${name}.overrides`, overrides, "a list of pairs");
  const fixed = (overrides as readonly unknown[]).map((pair) => {
    const [key, text, ...more] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof key !== "string" || typeof text !== "string" || more.length > 0)
      throw new UsageError(`\`${name}.overrides\` has what is no pair of two texts`);
    if (key === "" || key.includes("=")) throw new UsageError(`\`${name}.overrides\` has the name \`${key}\`, which is none`);
    return `${key}=${text}`;
  });
  return { ...(fixed.length > 0 && { [name]: fixed }), ...hostOf(name, host) };
}

function hostOf(name: "env" | "config", host: unknown): object {
  const [allow, key] = [`allow-${name}`, `${name}.host`];
  if (host === "none" || host === "all") return { [allow]: host === "all" };
  if (!isObject(host)) refused(key, host, "`all`, `none`, or an object with `allow` or `deny`");
  const [[word, list] = [], ...more] = Object.entries(host);
  if ((word !== "allow" && word !== "deny") || more.length > 0) throw new UsageError(`\`${key}\` has neither \`allow\` nor \`deny\` alone`);
  const names = namesOf(list, `${key}.${word}`);
  if (word === "allow") return { [allow]: names.length > 0 && names };
  if (names.length === 0) return { [allow]: true };
  if (name === "config") throw new UsageError(`\`${key}.deny\` has no word here: \`${key}.allow\` names the keys that are allowed`);
  return { [allow]: true, "deny-env": names };
}

function streamsOf(value: unknown): object {
  if (value === undefined) return {};
  const streams = objectOf(value, "stdio");
  refuseOthers(streams, STREAMS, "stdio.");
  const words = Object.entries(streams).map(([stream, word]) =>
    ["allow", "ignore", "deny"].includes(word as string) ? [stream, word] : refused(`stdio.${stream}`, word, "`allow`, `ignore` or `deny`"),
  );
  return Object.fromEntries(words) as object;
}

/** What is put together of the entries of preopens. */
interface Places {
  readonly mount: string[];
  readonly preopen: string[];
  readonly file: string[];
}

function filesOf(value: unknown): Translated {
  if (value === undefined) return { policy: {}, mounts: [] };
  const fs = objectOf(value, "fs") as Readonly<Record<string, unknown>>;
  refuseOthers(fs, ["host-preopens", "preopens", "passive-cutoff"], "fs.");
  const cutoff = fs["passive-cutoff"];
  // It is about how files lie in memory.
  if (cutoff !== undefined && !Number.isSafeInteger(cutoff)) refused("fs.passive-cutoff", cutoff, "a whole number");
  const places: Places = { mount: [], preopen: [], file: [] };
  const mounts = Object.entries(objectOf(fs["preopens"] ?? {}, "fs.preopens")).flatMap(([path, entry]): Mount[] => {
    const inline = entryOf(path, entry, `fs.preopens."${path}"`, places);
    return inline === undefined ? [] : [{ path, entry: inline }];
  });
  const isAll = fs["host-preopens"] !== undefined && isYes(fs["host-preopens"], "fs.host-preopens");
  if (isAll && places.preopen.length > 0)
    throw new UsageError("`fs.host-preopens` and a `runtime-dir` exclude each other: name all directories of the host by `runtime-dir`");
  const lists = Object.fromEntries(Object.entries(places).filter(([, texts]: readonly [string, readonly string[]]) => texts.length > 0));
  return { policy: { "allow-fs": isAll, ...lists }, mounts };
}

/** The files that stand in the configuration itself; others are added to the places. */
function entryOf(path: string, value: unknown, key: string, places: Places): Entry | undefined {
  const [[word = "", said] = [], ...more] = Object.entries(objectOf(value, key));
  if (more.length > 0) throw new UsageError(`\`${key}\` has \`${word}\` and \`${more[0]?.[0]}\`, and one is wanted`);
  const at = `${key}.${word}`;
  const place = (mode: string): string => {
    if (path.includes("=")) throw new UsageError(`\`${key}\` has a \`=\` in its path, which no option can have`);
    return `${path}=${textOf(said, at)}${mode}`;
  };
  const ofHost = (): string => {
    if (textOf(said, at).endsWith(":ro")) throw new UsageError(`\`${at}\` ends in \`:ro\`, which means read-only here`);
    return place("");
  };
  switch (word) {
    case "virtualize":
      places.mount.push(place(":ro"));
      return undefined;
    case "runtime-dir":
      places.preopen.push(ofHost());
      return undefined;
    case "runtime-file":
      places.file.push(ofHost());
      return undefined;
    case "source":
      return { kind: "file", contents: new TextEncoder().encode(textOf(said, at)) };
    case "file":
      return { kind: "file", contents: bytesOf(said, at) };
    case "symlink":
      return { kind: "link", target: textOf(said, at) };
    case "dir":
      return directoryOf(path, objectOf(said, at), at, places);
    default:
      throw new UsageError(
        `\`${key}\` is none of \`virtualize\`, \`runtime-dir\`, \`runtime-file\`, \`source\`, \`file\`, \`dir\`, \`symlink\``,
      );
  }
}

function bytesOf(value: unknown, key: string): Uint8Array {
  const isByte = (each: unknown): boolean => Number.isInteger(each) && Number(each) >= 0 && Number(each) <= 0xff;
  return Array.isArray(value) && value.every(isByte)
    ? Uint8Array.from(value as readonly number[])
    : refused(key, value, "a list of bytes, 0 to 255,");
}

function directoryOf(path: string, value: object, key: string, places: Places): Directory {
  const entries = new Map<string, Entry>();
  for (const [name, entry] of Object.entries(value)) {
    if (name === "" || name === "." || name === ".." || name.includes("/"))
      throw new UsageError(`\`${key}\` has the name \`${name}\`, and a file or directory is called otherwise`);
    const inline = entryOf(`${path.replace(/\/$/, "")}/${name}`, entry, `${key}."${name}"`, places);
    if (inline !== undefined) entries.set(name, inline);
  }
  return { kind: "directory", entries };
}
