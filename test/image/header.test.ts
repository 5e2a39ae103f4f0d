/** Headers of several images in one memory: none overwrites another. */
import { expect, test } from "vitest";
import { configAdapter } from "../../src/adapters/config/adapter.ts";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { random } from "../../src/adapters/random/index.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { environmentImage } from "../../src/image/environment-image.ts";
import { Header, type Image } from "../../src/image/image.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";

const environment = (base: number): Image =>
  environmentImage(
    {
      variables: [["A", "1"]],
      arguments: ["app"],
      cwd: "/",
      host: { kind: "named", names: ["B*"], denied: ["BB"], renames: [["B", "C"]] },
    },
    base,
  );
const config = (base: number): Image =>
  configAdapter({ values: [["a", "1"]], host: ["b"], shapes: new Map<string, never>(), hostKey: undefined }, base).image;
const seed = (base: number): Image => {
  const core = random
    .configure({ random: { seed: "x".repeat(32) } }, { allowAll: false, deny: "error", traceDenied: false })
    .finish?.({ providerOf: () => undefined } as never); // it asks for nothing else
  return [core].flat().map((each) => each?.make(base) as Adapter)[0]?.image ?? environment(base);
};

test("whatever their order, all words of all of them are there", () => {
  const makers = [environment, config, seed];
  for (const order of [makers, makers.toReversed()]) {
    const memory = new Uint8Array(IMAGE_BASE * 4);
    const images = order.map((make, i) => make(IMAGE_BASE + i * 512));
    for (const { segments } of images) for (const { address, chunks } of segments) memory.set(bytesOf(chunks), address);
    for (const { segments } of images) {
      expect(segments.length).toBeGreaterThan(0);
      for (const { address, chunks } of segments) {
        const bytes = bytesOf(chunks);
        expect([address, memory.slice(address, address + bytes.length)]).toEqual([address, bytes]);
      }
    }
  }
});

test("words far from each other are segments of their own", () => {
  const header = new Header();
  header.set(200, 1, 0, 2);
  header.set(400, 3);
  expect(header.segments().map(({ address, chunks }) => [address, bytesOf(chunks).length])).toEqual([
    [200, 12],
    [400, 4],
  ]);
});
