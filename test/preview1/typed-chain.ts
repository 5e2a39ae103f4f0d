/** The driver of test/guests/typed above a library, above a logger, and what it prints. */

import { adaptPreview1, type Options } from "../../src/index.ts";
import { virtualized } from "../run/on-hosts.ts";

export const FILES: Options = {
  mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["a", { kind: "file", contents: Buffer.from("contents") }]]) } }],
  env: { MODE: "a mode" },
};
export const STREAMS: Options = { stdout: "allow", stderr: "allow" };

export const ARGS: readonly string[] = ["/data/a", "/nothing"];

export const printed = (begun: string): string => `begun: ${begun}
log: Wörld
greet: the logger greets Wörld
sum: 4500000003
turn: 3 €
turn: 2 two
turn: 1 one
turn fails: nothing to turn
mirror: none
mirror: 7 seven
mirror: a text
mirror: -2.125
wide: 9223372036854775808 1.50 -3 U+1F600 1 2 5 1/some 9-1000 [x;;yz;] k l
read: contents
read /nothing fails: 44
next: 11 12 104
both: 116, alive: 1 0
freed: 5
`;

/** Components but for the logger, a core module. */
export const chain = (driver: Uint8Array, library: Uint8Array, logger: Uint8Array, options: Options): Uint8Array =>
  virtualized(driver, {
    ...{ ...STREAMS, allowArgs: true, ...options },
    adapters: [
      { interface: "acme:lib/*", component: library },
      { interface: "acme:lib/log", component: adaptPreview1(logger) },
    ],
  });
