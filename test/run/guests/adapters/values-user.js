// Sends values of every type, and prints what came, where, and what came back, the same once. With an argument it sends
// the number of that value instead.
import { getArguments } from "wasi:cli/environment@0.2.12";
import * as values from "acme:values/values@0.1.0";
import { told } from "./told.js";

/** Its own engine cannot send larger numbers as parameters: componentize-js 0.23 spoils a u32 from 2^31 on, and traps at a negative s64. */
const LARGE = 2n ** 53n - 1n;
const entry = { key: "k", revision: LARGE, note: undefined, lastSeen: 0n };
const other = { key: "", revision: 0n, note: "", lastSeen: undefined };
const ok = (val) => ({ tag: "ok", val });
const err = (val) => ({ tag: "err", val });

const SENT = {
  boolean: [[true], [false]],
  uEight: [[255]],
  sEight: [[-128]],
  uSixteen: [[65535]],
  sSixteen: [[-32768]],
  uThirtyTwo: [[2 ** 31 - 1]],
  sThirtyTwo: [[-(2 ** 31)]],
  uSixtyFour: [[0n], [2n ** 31n], [LARGE]],
  sSixtyFour: [[0n], [LARGE]],
  fThirtyTwo: [[-0], [NaN], [Infinity], [1.5], [0.1]],
  fSixtyFour: [[-0], [NaN], [-Infinity], [0.1], [3]],
  character: [["a"], ["😀"], ["\0"]],
  text: [[""], ["a\0é😀"]],
  access: [[{ read: true, writeAll: false }], [{ writeAll: true }]],
  order: [["ascending"], ["by-name"]],
  listUEight: [[new Uint8Array([0, 255])], [new Uint8Array()]],
  listSEight: [[new Int8Array([-1])]],
  listUSixteen: [[new Uint16Array([1, 65535])], [new Uint16Array()]],
  listSSixteen: [[new Int16Array([-1])]],
  listUThirtyTwo: [[new Uint32Array([2 ** 32 - 1])]],
  listSThirtyTwo: [[new Int32Array([-1])]],
  listUSixtyFour: [[new BigUint64Array([0n, LARGE])]],
  listSSixtyFour: [[new BigInt64Array([-1n, LARGE])]],
  listFThirtyTwo: [[new Float32Array([0.1, NaN])]],
  listFSixtyFour: [[new Float64Array([0.1, -0])]],
  listBool: [[[true, false]]],
  listChar: [[["a", "😀"]]],
  listText: [[["", "a"]]],
  listOption: [[[undefined, 0n, LARGE]]],
  listTriple: [
    [
      [
        [2 ** 32 - 1, -1n, LARGE],
        [2 ** 31, -LARGE, 0n],
      ],
    ],
  ],
  listList: [[[new Uint16Array([1]), new Uint16Array()]]],
  optionText: [[undefined], [""]],
  optionNumber: [[undefined], [0n], [LARGE]],
  optionOption: [[{ tag: "none" }], [{ tag: "some", val: undefined }], [{ tag: "some", val: 0n }]],
  triple: [[[LARGE, undefined, 0.5]], [[0n, "", NaN]]],
  entry: [[entry], [other]],
  failure: [
    [{ tag: "missing", val: "k" }],
    [{ tag: "constructor", val: LARGE }],
    [{ tag: "late", val: undefined }],
    [{ tag: "late", val: entry }],
    [{ tag: "full" }],
  ],
  outcome: [[ok(LARGE)]],
  nested: [[undefined], [[ok(entry), err({ tag: "late", val: other }), err({ tag: "full" })]]],
  several: [
    [undefined, LARGE, undefined],
    [0, 0n, entry],
  ],
  nothing: [[LARGE]],
  empty: [[]],
  numberOr: [[ok(LARGE)], [err({ tag: "constructor", val: LARGE })], [err({ tag: "late", val: entry })], [err({ tag: "full" })]],
  optionOr: [[ok(undefined)], [ok(entry)], [err(LARGE)]],
  textOr: [[ok(LARGE)], [err("why")]],
  nothingOr: [[ok(1n)], [err("why")], [err(undefined)]],
  bareOr: [[ok(LARGE)], [err(undefined)]],
};

function ending(step) {
  try {
    return told(step());
  } catch (error) {
    return `throws ${told(error.payload)}`;
  }
}

export const run = {
  run() {
    const [, number] = getArguments();
    if (number !== undefined) return console.log(String(values.uSixtyFour(BigInt(number))));
    for (const [name, lists] of Object.entries(SENT))
      for (const list of lists) {
        const back = ending(() => values[name](...list));
        console.log([name, ...new Set([...values.told(), back])].join(" -> "));
      }
  },
};
