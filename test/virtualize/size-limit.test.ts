/** Engines load at most 1 GiB of a component, or a core module, inside another: what would be larger is refused. */
import { expect, test } from "vitest";
import { byteLength } from "../../src/binary/chunk.ts";
import { adaptPreview1, type Chunk, type Contents, LinkError, virtualize } from "../../src/index.ts";
import { appOf, wasi } from "../compose/app-of.ts";

const LIMIT = 2 ** 30;

const app = appOf(wasi("wasi:io", "wasi:filesystem"));

/** How large the output is with a file of zeros that nobody has in memory, or the message that says why there is none. */
function outcomeWith(size: number): number | string {
  const contents: Contents = { byteLength: size, readInto() {} };
  const entry = { kind: "directory", entries: new Map([["zeros", { kind: "file" as const, contents }]]) } as const;
  try {
    return byteLength(virtualize<Chunk>(app, { mounts: [{ path: "/", entry }] }).chunks);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return error.message;
  }
}

test("a part of the output may have as many bytes as engines load, with its code and its types, and not one more", () => {
  const message = (bytes: number): string =>
    `the part \`io\` has ${bytes} bytes, and engines load at most 1073741824 (1 GiB) of a component inside another`;
  const near = LIMIT - 1000;
  const found = Number(/has (\d+) bytes/.exec(String(outcomeWith(near)))?.[1]);
  expect(found).toBeGreaterThan(LIMIT);
  const most = near - (found - LIMIT);
  expect(outcomeWith(most)).toBeGreaterThan(LIMIT);
  expect(outcomeWith(most + 1)).toBe(message(LIMIT + 1));
});

test("a component that no engine would load inside another is refused before it is read", () => {
  expect(() => virtualize(new Uint8Array(LIMIT + 1))).toThrow(
    new LinkError("the component has 1073741825 bytes, and engines load at most 1073741824 (1 GiB) of a component inside another"),
  );
});

test("so is a core module of preview 1", () => {
  expect(() => adaptPreview1(new Uint8Array(LIMIT + 1))).toThrow(
    new LinkError("the core module has 1073741825 bytes, and engines load at most 1073741824 (1 GiB) of a component inside another"),
  );
});
