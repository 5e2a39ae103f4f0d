/** Functions and their types as the guest reads them (src/image/trace-layout.ts draws it): tables of words, then the texts. */
import { casesOf, flatten, layoutOf, membersOf, place, variantLayout } from "../../component/canonical-abi.ts";
import type { DefinedType, FuncType, ValType } from "../../component/types.ts";
import { waveCase } from "../../component/wit.ts";
import {
  SHOWN_BOOL,
  SHOWN_CHAR,
  SHOWN_F32,
  SHOWN_F64,
  SHOWN_FIXED_LIST,
  SHOWN_FLAGS,
  SHOWN_HANDLE,
  SHOWN_LIST,
  SHOWN_RECORD,
  SHOWN_S16,
  SHOWN_S32,
  SHOWN_S64,
  SHOWN_S8,
  SHOWN_STRING,
  SHOWN_TUPLE,
  SHOWN_U16,
  SHOWN_U32,
  SHOWN_U64,
  SHOWN_U8,
  SHOWN_VARIANT,
  TRACED_COUNTED,
  TRACED_ENDS,
  TRACED_FAILS,
  TRACED_FLAT_PARAMS,
  TRACED_FLAT_RESULT,
  TRACED_GOES_ON,
  TRACED_SUMMARY,
} from "../../image/trace-layout.ts";
import { type PooledString, StringPool } from "../../image/strings.ts";

const PRIMITIVES: Readonly<Record<string, number>> = {
  bool: SHOWN_BOOL,
  s8: SHOWN_S8,
  u8: SHOWN_U8,
  s16: SHOWN_S16,
  u16: SHOWN_U16,
  s32: SHOWN_S32,
  u32: SHOWN_U32,
  s64: SHOWN_S64,
  u64: SHOWN_U64,
  f32: SHOWN_F32,
  f64: SHOWN_F64,
  char: SHOWN_CHAR,
  string: SHOWN_STRING,
};

const WORD = 4;
/** A field of a tuple. */
const NO_LABEL = [0, 0] as const;

/** Its calls have not been counted yet. */
const NO_ROW = 0;

/** A number, or the address of a text. */
type Word = number | PooledString;

export interface Traced {
  /** As it is shown. */
  readonly name: string;
  readonly type: FuncType;
  /** It does not return. */
  readonly ends: boolean;
  /** Others are called while it goes on. */
  readonly goesOn: boolean;
  /** Its calls are counted. */
  readonly counted: boolean;
  /** The summary is printed before it if it does not return, and else behind it. */
  readonly summary: boolean;
  /** How its values come: as core values, or in memory. */
  readonly flatParams: boolean;
  readonly flatResult: boolean;
}

export class Descriptions {
  readonly #base: number;
  readonly #words: Word[] = [];
  readonly #pool = new StringPool();
  readonly #known = new Map<ValType, number>();
  /** What is the same lies there once. */
  readonly #addresses = new Map<string, number>();

  constructor(base: number) {
    this.#base = base;
  }

  /** The address of a function's description. */
  add({ name, type, ...traced }: Traced): number {
    const params = this.#type({ kind: "tuple", types: type.params.map((each) => each.type) });
    const result = type.result === undefined ? 0 : this.#type(type.result);
    const flags = [
      traced.flatParams && TRACED_FLAT_PARAMS,
      traced.flatResult && TRACED_FLAT_RESULT,
      traced.ends && TRACED_ENDS,
      traced.goesOn && TRACED_GOES_ON,
      traced.counted && TRACED_COUNTED,
      traced.summary && TRACED_SUMMARY,
      typeof type.result === "object" && type.result.kind === "result" && TRACED_FAILS,
    ];
    return this.#put([...this.#text(name), params, result, flags.reduce<number>((bits, each) => bits | (each || 0), 0), NO_ROW]);
  }

  bytes(): Uint8Array {
    const poolAt = this.#base + this.#words.length * WORD;
    const strings = this.#pool.bytes();
    const table = new DataView(new ArrayBuffer(this.#words.length * WORD + strings.length));
    this.#words.forEach((word, i) => table.setUint32(i * WORD, typeof word === "number" ? word : poolAt + word.offset, true));
    new Uint8Array(table.buffer).set(strings, this.#words.length * WORD);
    return new Uint8Array(table.buffer);
  }

  #put(words: readonly Word[]): number {
    const content = words.map((word) => (typeof word === "number" ? word : `+${word.offset}`)).join();
    const address = this.#addresses.get(content) ?? this.#base + this.#words.length * WORD;
    if (!this.#addresses.has(content)) this.#words.push(...words);
    this.#addresses.set(content, address);
    return address;
  }

  #text(text: string): readonly [Word, number] {
    const pooled = this.#pool.add(text);
    return [pooled, pooled.byteLength];
  }

  #type(type: ValType): number {
    const known = this.#known.get(type) ?? this.#put(this.#wordsOf(type));
    this.#known.set(type, known);
    return known;
  }

  #wordsOf(type: ValType): readonly Word[] {
    if (typeof type === "string") {
      const kind = PRIMITIVES[type];
      return kind === undefined ? this.#handle(type) : [kind];
    }
    switch (type.kind) {
      case "own":
      case "borrow":
        return this.#handle(type.resource.name);
      case "stream":
      case "future":
        return this.#handle(type.kind);
      case "flags":
        return [SHOWN_FLAGS, type.labels.length, ...type.labels.flatMap((each) => this.#text(waveCase(each)))];
      case "list":
        return [SHOWN_LIST, this.#type(type.element), layoutOf(type.element).size];
      case "map": {
        const entry: ValType = { kind: "tuple", types: [type.key, type.value] };
        return [SHOWN_LIST, this.#type(entry), layoutOf(entry).size];
      }
      case "fixed list":
        return [SHOWN_FIXED_LIST, this.#type(type.element), layoutOf(type.element).size, flatten(type.element).length, type.length];
      case "record":
      case "tuple":
        return this.#fields(type);
      default:
        return this.#variant(type);
    }
  }

  #handle(text: string): readonly Word[] {
    return [SHOWN_HANDLE, ...this.#text(text)];
  }

  #fields(type: Extract<DefinedType, { readonly kind: "record" | "tuple" }>): readonly Word[] {
    const members = membersOf(type) ?? [];
    const { offsets } = place(members);
    let slot = 0;
    const fields = members.map((member, i) => {
      const label = type.kind === "record" ? this.#text(waveCase(type.fields[i]?.label ?? "")) : NO_LABEL;
      const words: readonly Word[] = [...label, this.#type(member), offsets[i] ?? 0, slot];
      slot += flatten(member).length;
      return words;
    });
    return [type.kind === "record" ? SHOWN_RECORD : SHOWN_TUPLE, members.length, ...fields.flat()];
  }

  #variant(type: ValType): readonly Word[] {
    const payloads = casesOf(type) ?? [];
    const labels = caseLabels(type);
    const { discriminantSize, payloadOffset } = variantLayout(payloads);
    const cases = payloads.map((payload, i) => [...this.#text(labels[i] ?? ""), payload === undefined ? 0 : this.#type(payload)]);
    return [SHOWN_VARIANT, discriminantSize, payloadOffset, payloads.length, ...cases.flat()];
  }
}

function caseLabels(type: ValType): readonly string[] {
  if (typeof type === "string") return [];
  if (type.kind === "option") return ["none", "some"];
  if (type.kind === "result") return ["ok", "err"];
  if (type.kind === "enum") return type.labels.map(waveCase);
  return type.kind === "variant" ? type.cases.map(({ label }) => waveCase(label)) : [];
}
