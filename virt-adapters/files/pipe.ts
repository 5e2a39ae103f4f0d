// wasi-nest:virtual/pipes (wit/pipes.wit): a pipe is a file without a name, and its ends are two streams of it. Who
// of them is still there, the inode's `opens` tells.

import { newInputStream, newOutputStream } from "../abi/own-resources";
import { PIPES, RETURN_AREA, TYPE_FILE } from "../../src/image/layout";
import { take } from "./heap";
import { INODE_SIZE, PIPE, clear } from "./inode";
import { openPipes, openStream } from "./open-file";
import { PASSING } from "./space";

export function virtual_pipes__make_pipe(): usize {
  openPipes();
  const address = take(INODE_SIZE, PIPES, PASSING);
  if (!address) unreachable();
  clear(address, TYPE_FILE, PIPES).flags = PIPE;
  const input = openStream(address, 0, false);
  const output = openStream(address, 0, true);
  if (!input || !output) unreachable();
  store<u32>(RETURN_AREA, newInputStream(input));
  store<u32>(RETURN_AREA, newOutputStream(output), 4);
  return RETURN_AREA;
}
