// A standard input of its own, of more than a write holds; the clock tells that other interfaces can be had.
import { now } from "wasi:clocks/wall-clock";
import { makePipe } from "wasi-nest:virtual/pipes";
import type { InputStream } from "wasi:io/streams";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const NUMBERS = 20_000;

export const stdin = {
  getStdin(): InputStream {
    const [input, output] = makePipe();
    const { nanoseconds } = now();
    output.write(bytesOf(`create table t(n);\ninsert into t values(0)`));
    for (let n = 1; n < NUMBERS; n++) output.write(bytesOf(`,\n(${n})`));
    const clock = nanoseconds < 1_000_000_000 ? "a clock" : "no clock";
    output.write(bytesOf(`;\nselect '${clock}', count(*), sum(n) from t;\n`));
    output[Symbol.dispose]();
    return input;
  },
};
