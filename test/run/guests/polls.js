// Polls a file's stream, stdin and a timer in every combination, and prints which came back ready and whether
// the timer's time had passed.

import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { getStdin } from "wasi:cli/stdin@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { now, subscribeDuration } from "wasi:clocks/monotonic-clock@0.2.12";
import { poll } from "wasi:io/poll@0.2.12";

const SECOND = 1_000_000_000n;

export const run = {
  run() {
    const lines = [];
    const say = (name, duration, others) => {
      const start = now();
      const ready = poll([subscribeDuration(duration), ...others.map((stream) => stream.subscribe())]);
      const waited = now() - start;
      lines.push(`${name}: [${[...ready]}] ${waited >= duration ? "after the timer" : "before the timer"}`);
    };
    const [[directory]] = getDirectories();
    const open = (path) => directory.openAt({}, path, {}, { read: true }).readViaStream(0n);
    const file = open("file");
    const atItsEnd = open("empty");
    const stdin = getStdin();
    say("timer", SECOND / 10n, []);
    say("timer, file", 10n * SECOND, [file]);
    say("timer, file, file at its end", 10n * SECOND, [file, atItsEnd]);
    say("timer, stdin", 10n * SECOND, [stdin]);
    say("timer, stdin, file", 10n * SECOND, [stdin, file]);
    getStdout().blockingWriteAndFlush(new TextEncoder().encode(`${lines.join("\n")}\n`));
  },
};
