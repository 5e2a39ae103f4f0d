/**
 * The interfaces of ours by which a component that has run gives its files (wit/files.wit, wit/changes.wit). Anybody can make a
 * component that exports interfaces of these names: what it says is checked by those who write it somewhere.
 */
import { worldOf } from "../component/world.ts";
import { keyOf } from "../component/names.ts";
import { CHANGES_INTERFACE, FILES_INTERFACE } from "../adapters/own-interfaces.ts";
import { InputError } from "./input-error.ts";
import { toolSentence } from "./tool-message.ts";

export interface ExportedEntry {
  readonly path: string;
  readonly kind: "directory" | "file" | "symbolic-link" | "other";
  readonly size: bigint;
}

/** The functions in use; each throws an InputError where the component fails. */
export interface ExportedFiles {
  list(): readonly ExportedEntry[];
  /** Fills the target with what is in a file from `offset` on; there must be that much. */
  readInto(path: string, target: Uint8Array, offset: bigint): void;
  /** Whether a directory is there: `undefined` for nothing. */
  isDirectory(path: string): boolean | undefined;
}

export interface ExportedChange extends Omit<ExportedEntry, "kind"> {
  readonly kind: ExportedEntry["kind"] | "removed";
  readonly seconds: bigint;
  readonly nanoseconds: number;
  readonly origin: string;
  readonly target: string;
  readonly identity: bigint;
}

type Exports = Readonly<Record<string, unknown>>;

/** As jco has it. */
interface Files {
  list(): ExportedEntry[];
  readAt(path: string, offset: bigint, length: bigint): Uint8Array;
}

/** Whether a component has files to give. @throws FormatError for what is no component */
export const exportsFiles = (component: Uint8Array): boolean =>
  [...worldOf(component).exports.keys()].some((name) => keyOf(name) === keyOf(FILES_INTERFACE));

/** The files of a component that has run; `undefined` if it exports none. */
export function exportedFiles(exports: Exports): ExportedFiles | undefined {
  const files = instanceOf<Files>(exports, FILES_INTERFACE);
  if (files === undefined) return undefined;
  return {
    list: () => asked("its files cannot be listed", () => files.list()),
    readInto(path, target, offset) {
      const said = `\`${path}\` of the component cannot be read`;
      const bytes = asked(said, () => files.readAt(path, offset, BigInt(target.length)));
      if (bytes.length !== target.length) throw new InputError([`${said}: it is not as long as it was said to be`]);
      target.set(bytes);
    },
    isDirectory(path) {
      try {
        files.readAt(path, 0n, 0n);
        return false;
      } catch (error) {
        return failureOf(error) === "is-directory" ? true : undefined;
      }
    },
  };
}

/** What became of the host's directories in the overlays of a component that has run; nothing if it tells nothing of that. */
export function exportedChanges(exports: Exports): readonly ExportedChange[] {
  const changes = instanceOf<{ list(): ExportedChange[] }>(exports, CHANGES_INTERFACE);
  return changes === undefined ? [] : asked("its changes cannot be listed", () => changes.list());
}

function instanceOf<T>(exports: Exports, wanted: string): T | undefined {
  const name = Object.keys(exports).find((each) => keyOf(each) === keyOf(wanted));
  return name === undefined ? undefined : (exports[name] as T); // jco makes it of the type that is exported
}

/** @throws InputError */
function asked<T>(said: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new InputError([`${said}: ${failureOf(cause) ?? toolSentence(cause)}`], undefined, { cause });
  }
}

/** The word of an error that a function returned. */
function failureOf(error: unknown): string | undefined {
  const payload = error instanceof Error && "payload" in error ? error.payload : undefined;
  return typeof payload === "string" ? payload : undefined;
}
