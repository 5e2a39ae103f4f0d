/** Programs of WASI 0.3 and directories of the host's: ./wasi-0.3-host.ts says how they are compared. */

import { expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { BUILD_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { hostTests } from "./wasi-0.3-host.ts";

hostTests(false);

test(
  "a program of 0.3 asks the host for what every host of 0.2 has, and for nothing that changes what is read-only",
  { timeout: BUILD_MILLISECONDS },
  async ({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    const preopens = [{ path: "/data", host: "/elsewhere", readOnly: true }];
    const functionsOf = (component: Uint8Array): readonly string[] =>
      [...worldOf(component).imports].flatMap(([name, item]) =>
        item.kind === "instance"
          ? [...item.exports].filter(([, { kind }]) => kind === "func").map(([label]) => `${name} ${label}`)
          : [name],
      );
    const methods = "get-type is-same-object open-at read read-directory readlink-at stat stat-at";
    expect(functionsOf(virtualized(await rustGuest("tangle"), { preopens })).toSorted()).toEqual([
      "wasi:filesystem/preopens@0.2.0 get-directories",
      ...methods.split(" ").map((each) => `wasi:filesystem/types@0.2.0 [method]descriptor.${each}`),
      "wasi:filesystem/types@0.2.0 [method]directory-entry-stream.read-directory-entry",
    ]);
  },
);
