/** Stands between the app and the wall clock, and is an hour late. */
import { now, resolution } from "wasi:clocks/wall-clock@0.2.12";

/** A u64 is a number in qjs, whatever the declarations say. */
const less = (value: bigint | number, by: number): bigint | number => (typeof value === "bigint" ? value - BigInt(by) : value - by);

export const wallClock = {
  now(): object {
    const { seconds, nanoseconds } = now();
    return { seconds: less(seconds, 3600), nanoseconds };
  },
  resolution,
};
