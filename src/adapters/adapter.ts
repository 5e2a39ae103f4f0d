/** An adapter: a guest, and how functions of it are chosen. */
import type { CoreModule } from "../binary/prebuilt-module.ts";
import type { Image } from "../image/image.ts";
import type { FilesReport } from "./filesystem/report.ts";
import type { GuestCore } from "./prebuilt-core.ts";

/** What is told of a function: the number of its word, and parameters (../filesystem/operations.ts). */
export interface Told {
  readonly word: number;
  readonly place: readonly [descriptor: number, path: number | undefined] | undefined;
}

export interface Adapter {
  readonly id: string;
  readonly core: CoreModule;
  readonly image: Image;
  /** Where files are compressed: what it calls to have one inflated (virt-adapters/compressed). */
  readonly inflating?: CoreModule;
  /** What tells what is refused, where there are rules of them, too; `toldOf` is `undefined` for a function that refuses nothing. */
  readonly telling?: { readonly core: CoreModule; readonly isRuled: boolean; toldOf(guestName: string): Told | undefined };
  /** In the place of the host's wall clock: one that stands still, at these seconds since the epoch. */
  readonly frozenClock: number | undefined;
  /** What is allocated in the memory takes an even number of bytes, by which the adapter can tell when all of it is free again. */
  readonly hasEvenBlocks?: true;
  /** What other adapters lend it, as it imports that (`wasi:clocks/wall-clock now`), and their ids. */
  readonly lenders?: Readonly<Record<string, string>>;
  /** Functions that have no other answer in WASI 0.3 are those of 0.2. */
  readonly isAlike?: true;
  /** Interfaces under other names, by these: their functions are those of the names behind them. */
  readonly sameAs?: Readonly<Record<string, string>>;
  /** The key of the only interface of the host's that it needs, where that is of no series of WASI. */
  readonly hostKey?: string;
  /** The variants to take of a function where they exist, the best first. */
  variantsOf(base: string, func: string, series: string): readonly string[];
  /** Whether a function's handles may stand for the host's, and the core leaves these to the host. */
  isShared(base: string, func: string, series: string): boolean;
  /** Whether a shared function has to refuse handles of the host's that nothing may be changed through. */
  isChange(base: string, func: string): boolean;
  /** Nothing may be changed through any handle of the host's. */
  readonly isReadOnly: boolean;
  /** What of files the report tells. */
  readonly files?: FilesReport;
}

/** An adapter that has nothing to do with handles, files or clocks of the host's. */
export function plainAdapter(id: string, guest: GuestCore, image: Image, variantsOf: Adapter["variantsOf"] = () => []): Adapter {
  const none = (): boolean => false;
  return { id, ...guest, image, frozenClock: undefined, isAlike: true, variantsOf, isShared: none, isChange: none, isReadOnly: false };
}
