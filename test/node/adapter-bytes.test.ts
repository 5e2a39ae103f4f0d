/**
 * Engines make other bytes of the same module each time, and docs/adapters.md says why: they run the module when they make
 * the component, and keep the memory, with random numbers of the machine in it. The day that this test fails for one,
 * outputs by it are reproducible without the cache.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { buildAdapter } from "../../src/node/adapter-module.ts";
import { ENGINES } from "../../src/node/engines.ts";
import { worldComponent } from "../guests/index.ts";
import { BUILD_MILLISECONDS, isLong } from "../run/on-hosts.ts";

const WIT = "package test:app;\nworld app { import acme:n/n@1.0.0; }\npackage acme:n@1.0.0 { interface n { twice: func(n: u32) -> u32; } }";
const CORE_MODULE = 1;
const COMPONENT = 4;
const DATA = 11;

/** The sections of a component, and of all modules and components in it, one after the other; without what is in a memory. */
function withoutMemory(bytes: Uint8Array, isCore = false): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++] ?? 0;
    let [size, shift, byte] = [0, 0, 0x80];
    for (; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) << shift;
    }
    const section = bytes.subarray(at, (at += size));
    if (!isCore && (id === CORE_MODULE || id === COMPONENT)) found.push(...withoutMemory(section, id === CORE_MODULE));
    else if (!isCore || id !== DATA) found.push(section);
  }
  return found;
}

test.for(isLong ? ENGINES : (["qjs"] as const))(
  "differ each time, and not where the cache has them: %s",
  { timeout: BUILD_MILLISECONDS },
  async (engine) => {
    const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-bytes-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const file = path.join(folder, "n.js");
    writeFileSync(file, "export const n = { twice: (n) => 2 * n };\n");
    const app = await worldComponent(WIT, "app");
    const made = async (cache: boolean): Promise<Uint8Array> =>
      (await buildAdapter(app, { interface: "acme:n/n", file, engine, cache })).component;
    const [first, again, kept] = [await made(false), await made(true), await made(true)];
    expect(Buffer.compare(again, kept)).toBe(0);
    expect(Buffer.compare(first, again)).not.toBe(0);
    if (engine !== "qjs") return;
    // It is the memory alone; with StarlingMonkey, some code as well.
    const [sections, others] = [withoutMemory(first), withoutMemory(again)];
    expect(sections.length).toBeGreaterThan(50);
    expect(others.length).toBe(sections.length);
    expect(sections.filter((each, index) => Buffer.compare(each, others[index] ?? each) !== 0)).toEqual([]);
  },
);
