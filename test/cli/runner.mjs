/**
 * A child of one-process.ts: runs the command line again and again, each time in the directory and with the variables that it is told,
 * and sends what came of it. What is written to standard output and error is kept instead.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { writeSync } = fs;
let written;
fs.writeSync = (fd, data, offset = 0, length = data.length - offset) => {
  const into = written[fd];
  if (into === undefined) return writeSync(fd, data, offset, length);
  into.push(Buffer.from(data.subarray(offset, offset + length)));
  return length;
};
syncBuiltinESMExports();
// A command tells a channel which files it reads, and this one is for outcomes.
const send = process.send.bind(process);
process.send = undefined;
const { main } = await import("../../dist/cli/program.js");

process.on("message", async ({ args, cwd, env }) => {
  written = { 1: [], 2: [] };
  process.chdir(cwd);
  process.env = env;
  process.exitCode = undefined;
  await main(args);
  const [stdout, stderr] = [written[1], written[2]].map((parts) => Buffer.concat(parts).toString());
  send({ code: process.exitCode ?? 0, stdout, stderr });
  // The next directory may be one that is gone by then.
  process.chdir("/");
  process.exitCode = undefined;
});
