import type { Options } from "../../src/index.ts";

/** Everything that a program may have, and most of it virtual. */
export const USUAL: Options = {
  env: { A: "b" },
  stdout: "allow",
  mounts: [{ path: "/a", entry: { kind: "file", contents: Uint8Array.of(1) } }],
  allowHttp: true,
  allowSockets: true,
  allowClocks: true,
};
