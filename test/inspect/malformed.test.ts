import { beforeAll, expect, test } from "vitest";
import { drawMermaid, drawSvg, FormatError, inspect } from "../../src/index.ts";
import { customInterfaces } from "../compose/worlds.ts";
import { randomOf } from "../compose/apps.ts";
import { virtualized } from "../run/on-hosts.ts";

let output: Uint8Array;
beforeAll(async () => {
  const once = virtualized(await customInterfaces(), { stdout: "ignore", allowFs: true, allowHttp: true });
  output = virtualized(once, { allowHttp: true, allowFs: true });
}, 60_000);

/** Whether it is a component still; anything but a FormatError is a bug. */
function survives(bytes: Uint8Array): boolean {
  try {
    const inspection = inspect(bytes);
    drawSvg(inspection);
    drawMermaid(inspection);
    return true;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
    return false;
  }
}

test("a changed byte is a FormatError, or a component still", () => {
  const random = randomOf(7);
  const survived: boolean[] = [];
  for (let i = 0; i < 60; i++) {
    const bytes = new Uint8Array(output);
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    survived.push(survives(bytes));
  }
  expect(new Set(survived)).toEqual(new Set([true, false]));
});

test("a component that is cut off is a FormatError, or ends after a section", () => {
  const random = randomOf(8);
  for (let i = 0; i < 20; i++) survives(output.subarray(0, Math.floor(random() * output.length)));
  expect(survives(output)).toBe(true);
});
