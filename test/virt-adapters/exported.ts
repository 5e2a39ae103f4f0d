/** Files as whoever embeds a component has them: the functions of wit/files.wit, with its words in and out. */

import { Err } from "./file-system.ts";
import { WritableFiles } from "./writing.ts";

export const FAILURES: readonly string[] =
  `busy file-too-large invalid io is-directory loop name-too-long no-entry insufficient-memory insufficient-space
  not-directory not-empty not-permitted read-only`.split(/\s+/);
const KINDS: readonly string[] = ["directory", "file", "symbolic-link", "other"];
const ENTRY_SIZE = 32;

export interface ListedEntry {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly changed: boolean;
}

export class ExportedFiles extends WritableFiles {
  #call<T>(name: string, args: readonly (number | bigint)[], payload: 1 | 4, lift: (at: number) => T): T | Err {
    const { adapter } = this;
    return adapter.call(`virtual_files__${name}`, args, (at) => {
      if (adapter.view.getUint8(at) === 0) return lift(at + payload);
      return new Err(FAILURES[adapter.view.getUint8(at + payload)] ?? "?");
    });
  }

  entries(): readonly ListedEntry[] | Err {
    const { adapter } = this;
    return this.#call("list", [], 4, (at) => {
      const { view } = adapter;
      const [first, count] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      if (first % 8 !== 0) throw new Error("the list is not aligned");
      return Array.from({ length: count }, (_, index) => {
        const entry = first + index * ENTRY_SIZE;
        return {
          path: adapter.textAt(entry),
          kind: KINDS[view.getUint8(entry + 8)] ?? "?",
          size: Number(view.getBigUint64(entry + 16, true)),
          changed: view.getUint8(entry + 24) === 1,
        };
      });
    });
  }

  /** A line for each entry, in alphabetical order. */
  lines(): readonly string[] {
    const lines = this.must(this.entries()).map(({ path, kind, size, changed }) => `${path} ${kind} ${size}${changed ? " changed" : ""}`);
    return lines.sort();
  }

  fetch(path: string | Uint8Array): Uint8Array | Err {
    return this.#call("read", this.adapter.lower(path), 4, (at) => this.adapter.listAt(at));
  }

  fetchAt(path: string, offset: bigint, length: bigint): Uint8Array | Err {
    return this.#call("read_at", [...this.adapter.lower(path), offset, length], 4, (at) => this.adapter.listAt(at));
  }

  text(path: string): string | Err {
    const bytes = this.fetch(path);
    return bytes instanceof Err ? bytes : Buffer.from(bytes).toString();
  }

  store(path: string | Uint8Array, contents: string | Uint8Array): "ok" | Err {
    return this.#call("write", [...this.adapter.lower(path), ...this.adapter.lower(contents)], 1, () => "ok");
  }

  remove(path: string | Uint8Array): "ok" | Err {
    return this.#call("remove", this.adapter.lower(path), 1, () => "ok");
  }

  reset(): void {
    this.adapter.call("virtual_files__reset", [], () => undefined);
  }

  /** The handle of a standard stream that is a file. */
  standard(stream: "stdin" | "stdout" | "stderr"): number {
    return this.adapter.call(`cli_${stream}__get_${stream}__file`, [], (handle) => handle);
  }
}
