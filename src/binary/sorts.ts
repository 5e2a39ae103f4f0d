/**
 * Sorts: the kinds of things that have an index space (Binary.md, "Instance Definitions").
 */
import { type Codec, keyword, struct, u32 } from "./codec.ts";

const coreSorts = {
  "core func": 0x00,
  "core table": 0x01,
  "core memory": 0x02,
  "core global": 0x03,
  "core tag": 0x04,
  "core type": 0x10,
  "core module": 0x11,
  "core instance": 0x12,
} as const;

const ownSorts = {
  func: 0x01,
  value: 0x02,
  type: 0x03,
  component: 0x04,
  instance: 0x05,
} as const;

export type CoreSort = keyof typeof coreSorts;
export type Sort = CoreSort | keyof typeof ownSorts;

/** An index into the index space of `sort`. */
export interface SortIdx {
  readonly sort: Sort;
  readonly idx: number;
}

/** `core:sort ::= 0x00 => func | 0x01 => table | ...` */
export const coreSort: Codec<CoreSort> = keyword("core sort", coreSorts);

/** `sort ::= 0x00 cs:<core:sort> | 0x01 => func | ...` */
export const sort: Codec<Sort> = keyword<Sort>("sort", {
  "core func": [0x00, coreSorts["core func"]],
  "core table": [0x00, coreSorts["core table"]],
  "core memory": [0x00, coreSorts["core memory"]],
  "core global": [0x00, coreSorts["core global"]],
  "core tag": [0x00, coreSorts["core tag"]],
  "core type": [0x00, coreSorts["core type"]],
  "core module": [0x00, coreSorts["core module"]],
  "core instance": [0x00, coreSorts["core instance"]],
  ...ownSorts,
});

/** `sortidx ::= sort:<sort> idx:<u32>` */
export const sortIdx: Codec<SortIdx> = struct<SortIdx>({ sort, idx: u32 });
