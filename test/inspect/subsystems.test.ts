import { expect, test } from "vitest";
import { inspect } from "../../src/index.ts";
import { WORDS } from "../../src/adapters/modules.ts";
import { wordOf } from "../../src/inspect/subsystems.ts";
import { worldOf } from "../../src/component/world.ts";
import { wasiComponent } from "../binary/components.ts";

test.for([
  ["wasi:cli/environment@0.2.0", "environment"],
  ["wasi:cli/exit@0.2.12", "exit"],
  ["wasi:cli/stdin@0.3.0", "stdin"],
  ["wasi:cli/stdout@0.2.0-rc-2023-11-10", "stdout"],
  ["wasi:cli/stderr", "stderr"],
  ["wasi:cli/terminal-stdout@0.2.0", "terminals"],
  ["wasi:clocks/wall-clock@0.2.0", "clocks"],
  ["wasi:clocks/system-clock@0.3.0", "clocks"],
  ["wasi:filesystem/types@0.2.0", "filesystem"],
  ["wasi:http/client@0.3.0", "http"],
  ["wasi:random/insecure@0.2.0", "random"],
  ["wasi:sockets/tcp@0.2.0", "sockets"],
  ["wasi:io/streams@0.2.0", "other"],
  ["wasi:io/everything@0.2.0", "other"],
  ["wasi:keyvalue/store@0.2.0", "other"],
  ["acme:clocks/wall-clock", "other"],
  ["stdout", "other"],
] as const)("%s is %s", ([name, word]) => {
  expect(wordOf(name, ["f"])).toBe(word);
});

test("what is known of `wasi:io` carries, and nothing else there does", () => {
  expect(wordOf("wasi:io/streams@0.2.0", ["[method]input-stream.read", "[method]output-stream.flush"])).toBe("io");
  expect(wordOf("wasi:io/error@0.2.12", ["[method]error.to-debug-string"])).toBe("io");
  expect(wordOf("wasi:io/streams@0.2.0", ["[method]input-stream.read", "read"])).toBe("other");
  expect(wordOf("wasi:io/streams@0.3.0", ["[method]input-stream.read"])).toBe("other");
});

test.for([
  [["subscribe-duration"], "io"],
  [["wait-for"], "io"],
  [[], "io"],
  [["subscribe-duration", "now"], "clocks"],
  [["subscribe-instant"], "clocks"],
  [["wait-until"], "clocks"],
] as const)("a clock of which %o is used is %s", ([functions, word]) => {
  expect(wordOf("wasi:clocks/monotonic-clock@0.2.12", functions)).toBe(word);
});

test("why a stream has failed is no power, where nothing else of files is used", () => {
  const types = "wasi:filesystem/types@0.2.0";
  expect(wordOf(types, ["filesystem-error-code"])).toBe("io");
  expect(wordOf(types, [])).toBe("filesystem");
  expect(wordOf(types, ["filesystem-error-code", "[method]descriptor.read"])).toBe("filesystem");
  expect(wordOf("wasi:filesystem/preopens@0.2.0", ["filesystem-error-code"])).toBe("filesystem");
  expect(wordOf("wasi:filesystem/types@0.3.0", ["filesystem-error-code"])).toBe("filesystem");
});

test("waiting is a matter of one clock only, in the versions that are known", () => {
  expect(wordOf("wasi:clocks/monotonic-clock@0.4.0", ["subscribe-duration"])).toBe("clocks");
  expect(wordOf("wasi:clocks/monotonic-clock@0.3.1", ["wait-for"])).toBe("io");
  expect(wordOf("wasi:clocks/wall-clock@0.2.12", ["subscribe-duration"])).toBe("clocks");
});

test.for(["0.2.12", "0.3.0"] as const)("everything of WASI %s has a word", async (version) => {
  const component = await wasiComponent(version);
  const { imports, reach, wasiVersions, exports } = inspect(component);
  expect(imports.map(({ name }) => name)).toEqual([...worldOf(component).imports.keys()]);
  expect(imports.filter(({ subsystem }) => subsystem === "other").map(({ name }) => name)).toEqual(
    version === "0.3.0" ? ["wasi:cli/types@0.3.0"] : [],
  );
  // `wasi:config` is in no version of WASI yet.
  expect(reach).toEqual(WORDS.filter((word) => word !== "config"));
  expect(wasiVersions).toEqual([version]);
  expect(exports.map(({ name }) => name)).toContain(`wasi:cli/run@${version}`);
  expect(imports.every(({ reason }) => reason === null)).toBe(true);
});
