/** The guest of scripts without components: this host has its files and pipes, and runs the stages that it is told. */
import { codeOf } from "../../src/adapters/script/code.ts";
import { scriptImage } from "../../src/adapters/script/image.ts";
import { scriptCore } from "../../src/adapters/prebuilt.ts";
import { SCRIPT_BEGIN, SCRIPT_ENDED } from "../../src/image/layout.ts";
import type { Script } from "../../src/index.ts";
import { Adapter } from "../virt-adapters/harness.ts";
import { type Bytes, Reader, runStage } from "./random.ts";
import type { Ending } from "./shell.ts";

const NO_ENTRY = 20;
const IS_WRITTEN = 2;

/** Also tells how many streams were kept and never ended. */
export function onGuest(script: Script, stdin: string, pipefail: boolean): Ending & { readonly left: number } {
  const files = new Map<string, Bytes>();
  const things = new Map<number, unknown>();
  const kept = new Map<number, unknown>();
  let last = 0;
  const handleOf = (thing: unknown): number => {
    things.set(++last, thing);
    return last;
  };
  const given = <T>(handle: number): T => {
    if (!things.has(handle)) throw new Error(`no handle ${handle}`);
    return things.get(handle) as T;
  };
  const taken = <T>(handle: number): T => {
    const thing = given<T>(handle);
    things.delete(handle);
    return thing;
  };
  const keep = (handle: number): number => {
    kept.set(1000 + handle, taken(handle));
    return 1000 + handle;
  };
  const again = (number: number): number => {
    // That of what is lost.
    if (number === 2) return handleOf({ text: "" });
    if (!kept.has(number)) throw new Error(`${number} is not kept`);
    return handleOf(kept.get(number));
  };
  const end = (number: number): void => {
    if (!kept.delete(number)) throw new Error(`${number} is not kept`);
  };
  const own = { stdin: new Reader({ text: stdin }), stdout: { text: "" }, stderr: { text: "" } };
  const answer = (at: number, isError: boolean, value: number): void => {
    guest.view.setUint8(at, Number(isError));
    guest.view.setUint32(at + 4, value, true);
  };
  const stream = (descriptor: number, at: number, make: (file: Bytes) => unknown): void =>
    answer(at, false, handleOf(make(given<Bytes>(descriptor))));
  const code = codeOf(script, pipefail);
  const guest: Adapter = new Adapter(scriptCore, scriptImage(code), {
    "wasi:cli/stdin#get-stdin": () => handleOf(own.stdin),
    "wasi:cli/stdout#get-stdout": () => handleOf(own.stdout),
    "wasi:cli/stderr#get-stderr": () => handleOf(own.stderr),
    "wasi-nest:virtual/pipes@0.1#make-pipe": (at: number) => {
      const bytes: Bytes = { text: "" };
      guest.view.setUint32(at, handleOf(new Reader(bytes)), true);
      guest.view.setUint32(at + 4, handleOf(bytes), true);
    },
    "wasi-nest:virtual/kept@0.1#keep-input": keep,
    "wasi-nest:virtual/kept@0.1#keep-output": keep,
    "wasi-nest:virtual/kept@0.1#input": again,
    "wasi-nest:virtual/kept@0.1#output": again,
    "wasi-nest:virtual/kept@0.1#end-input": end,
    "wasi-nest:virtual/kept@0.1#end-output": end,
    "wasi:io/streams#[method]output-stream.blocking-write-and-flush": (handle: number, address: number, length: number, at: number) => {
      given<Bytes>(handle).text += Buffer.from(guest.bytesAt(address, length)).toString();
      guest.view.setUint8(at, 0);
    },
    "wasi:io/streams#[resource-drop]output-stream": taken,
    "wasi:cli/environment#initial-cwd": (at: number) => guest.view.setUint8(at, 0),
    "wasi:filesystem/preopens#get-directories": (at: number) => {
      const entry = guest.allocate(4, 12);
      const [path, length] = guest.lower("/");
      [handleOf("/"), path, length].forEach((word, i) => guest.view.setUint32(entry + i * 4, word, true));
      guest.view.setUint32(at, entry, true);
      guest.view.setUint32(at + 4, 1, true);
    },
    "wasi:filesystem/types#[method]descriptor.open-at": (
      _: number,
      __: number,
      path: number,
      length: number,
      how: number,
      flags: number,
      at: number,
    ) => {
      const name = Buffer.from(guest.bytesAt(path, length)).toString();
      const known = files.get(name);
      if ((flags & IS_WRITTEN) === 0 ? known === undefined : name.includes("/")) return answer(at, true, NO_ENTRY);
      const file = known ?? { text: "" };
      if ((how & 8) !== 0) file.text = "";
      files.set(name, file);
      answer(at, false, handleOf(file));
    },
    "wasi:filesystem/types#[method]descriptor.read-via-stream": (descriptor: number, _: bigint, at: number) =>
      stream(descriptor, at, (file) => new Reader(file)),
    "wasi:filesystem/types#[method]descriptor.write-via-stream": (descriptor: number, _: bigint, at: number) =>
      stream(descriptor, at, (file) => file),
    "wasi:filesystem/types#[method]descriptor.append-via-stream": (descriptor: number, at: number) =>
      stream(descriptor, at, (file) => file),
    "wasi:filesystem/types#[resource-drop]descriptor": taken,
  });
  const strings = (at: number): readonly string[] => {
    const [list, count] = [guest.view.getUint32(at, true), guest.view.getUint32(at + 4, true)];
    return Array.from({ length: count }, (_, i) => guest.textAt(list + i * 8));
  };
  const next = (ended: number): number => guest.call("script_control__next", [ended], (stage) => stage >>> 0);
  const opened = <T>(name: string): T => guest.call(name, [], (handle) => taken<T>(handle));
  let stage = next(SCRIPT_BEGIN);
  let number = 0;
  while ((stage & SCRIPT_ENDED) === 0) {
    if (stage <= number) throw new Error(`stage ${stage} comes behind stage ${number}`);
    number = stage;
    const [, ...args] = guest.call("cli_environment__get_arguments", [], strings);
    const streams = {
      stdin: opened<Reader>("cli_stdin__get_stdin"),
      stdout: opened<Bytes>("cli_stdout__get_stdout"),
      stderr: opened<Bytes>("cli_stderr__get_stderr"),
    };
    stage = next(runStage(args, streams, files));
  }
  return {
    ...{ stdout: own.stdout.text, stderr: own.stderr.text, exitCode: stage & 0xff },
    files: Object.fromEntries([...files].map(([name, { text }]) => [name, text])),
    left: kept.size + things.size,
  };
}
