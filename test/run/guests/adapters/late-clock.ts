/** Stands between the app and the wall clock, and is an hour late. */
import { now, resolution } from "wasi:clocks/wall-clock@0.2.12";

export const wallClock = {
  now(): { seconds: bigint; nanoseconds: number } {
    const { seconds, nanoseconds } = now();
    return { seconds: seconds - 3600n, nanoseconds };
  },
  resolution,
};
