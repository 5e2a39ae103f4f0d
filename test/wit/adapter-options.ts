/** Options of adapters that differ in what they export and import. */
import type { Options } from "../../src/index.ts";

const HOST_STREAMS: Options = { stdin: "allow", stdout: "allow", stderr: "allow" };
const EMPTY = { kind: "directory", entries: new Map() } as const;

export const ADAPTER_OPTIONS: readonly (readonly [name: string, Options])[] = [
  ["nothing allowed", {}],
  ["the host's standard streams", HOST_STREAMS],
  ["embedded files beside the host's streams", { ...HOST_STREAMS, mounts: [{ path: "/data", entry: EMPTY }] }],
  ["HTTP and clocks", { allowHttp: true, allowClocks: true }],
  ["sockets", { allowSockets: true }],
  ["the host's files", { allowFs: true }],
  ["a directory of the host's", { preopens: [{ path: "/", host: "/" }] }],
  ["all but files", { allowHttp: true, allowSockets: true, allowClocks: true, allowRandom: true, allowExit: true, allowEnv: true }],
  ["exported files", { exportFiles: true, tmpfs: [{ path: "/tmp" }] }],
];
