// What a pipe does, a line for each thing; with an argument `wait`, it reads where nobody will ever write.
import { getArguments } from "wasi:cli/environment@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { poll } from "wasi:io/poll@0.2.12";
import { makePipe } from "wasi-nest:virtual/pipes@0.1.0";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let stdout;
const say = (...words) => (stdout ??= getStdout()).blockingWriteAndFlush(encoder.encode(`${words.join(" ")}\n`));

function read(input, length = 100n) {
  try {
    return `"${decoder.decode(input.read(length))}"`;
  } catch (error) {
    return (error.payload ?? error).tag;
  }
}

function write(output, text) {
  try {
    output.write(encoder.encode(text));
    return "written";
  } catch (error) {
    return (error.payload ?? error).tag;
  }
}

function wait() {
  const [input, output] = makePipe();
  say("waiting");
  input.blockingRead(1n);
  output[Symbol.dispose]();
}

function ends() {
  const [input, output] = makePipe();
  say("empty", read(input));
  say("permit", output.checkWrite() > 0n);
  say(write(output, "hello, "), write(output, "world"), read(input, 8n), read(input), read(input));
  say("ready", poll([input.subscribe(), output.subscribe()]).length);
  write(output, "the rest");
  output[Symbol.dispose]();
  say("dropped", read(input, 4n), decoder.decode(input.blockingRead(100n)), read(input), read(input));
  input[Symbol.dispose]();
}

function brokenOff() {
  const [input, output] = makePipe();
  write(output, "unread");
  input[Symbol.dispose]();
  say("nobody reads", write(output, "more"));
  output[Symbol.dispose]();
}

/** Through two pipes, by a splice. */
function large() {
  const [firstInput, firstOutput] = makePipe();
  const [secondInput, secondOutput] = makePipe();
  let sum = 0;
  for (let i = 0; i < 100; i++) {
    const piece = Uint8Array.from({ length: 4096 }, (_, j) => (i * 7 + j) & 0xff);
    for (const byte of piece) sum += byte;
    firstOutput.write(piece);
  }
  firstOutput[Symbol.dispose]();
  let spliced = 0;
  try {
    for (;;) spliced += Number(secondOutput.blockingSplice(firstInput, 100_000n));
  } catch {
    secondOutput[Symbol.dispose]();
  }
  let length = 0;
  try {
    for (;;) {
      const bytes = secondInput.read(50_000n);
      length += bytes.length;
      for (const byte of bytes) sum -= byte;
    }
  } catch {
    say("spliced", spliced, length, sum);
  }
}

export const run = {
  run() {
    if (getArguments().includes("wait")) return wait();
    ends();
    brokenOff();
    large();
  },
};
