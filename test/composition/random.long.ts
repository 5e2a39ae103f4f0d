/** A thousand scripts by chance as components on Wasmtime, and some on jco, which takes half a minute for five of them. */
import { beforeAll, describe, test } from "vitest";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, hosts } from "../run/on-hosts.ts";
import { batch, expectLikeModel } from "./batch.ts";

const COMPONENTS: Readonly<Record<string, number>> = { Wasmtime: 50, jco: 4 };
const SCRIPTS_EACH = 20;

let program: Uint8Array;

beforeAll(async () => {
  program = await cProgram("stage");
}, BUILD_MILLISECONDS);

describe.each(hosts)("on $name", ({ name, available, run }) => {
  test.skipIf(!available).for(Array.from({ length: COMPONENTS[name] ?? 0 }, (_, i) => i))("%i", { timeout: 600_000 }, async (seed) => {
    await expectLikeModel(batch(1000 + seed, name === "jco" ? SCRIPTS_EACH / 4 : SCRIPTS_EACH), program, run);
  });
});
