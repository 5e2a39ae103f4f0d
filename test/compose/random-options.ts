/** Options that a user may ask for at once: the contradictions that `options.test.ts` covers are left out. */
import { worldOf } from "../../src/component/world.ts";
import type { DeniedImport, Directory, Mount, Options } from "../../src/index.ts";

type Random = () => number;

const pick = <T>(random: Random, choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;

const tree: Directory = {
  kind: "directory",
  entries: new Map([
    ["empty", { kind: "file", contents: new Uint8Array() }],
    ["link", { kind: "link", target: "deep/file.txt" }],
    ["deep", { kind: "directory", entries: new Map([["file.txt", { kind: "file", contents: new Uint8Array(70_000), modified: 1n }]]) }],
  ]),
};
const MOUNTS: readonly (readonly Mount[])[] = [
  [{ path: "/", entry: tree }],
  [{ path: "/a.txt", entry: { kind: "file", contents: new Uint8Array(1) } }],
  [
    { path: "/usr/share", entry: tree },
    { path: "/usr/share/deep/more", entry: tree },
    { path: "/etc", entry: tree },
  ],
];

const denied = (random: Random, name: string): string | DeniedImport =>
  pick(random, [name, { name, deny: "error" }, { name, deny: "trap" }] as const);

/** Options by chance; `app` says which imports there are to deny. */
export function randomOptions(random: Random, app: Uint8Array): Options {
  const flag = (chance = 0.3): boolean => random() < chance;
  const mounts = flag() ? pick(random, MOUNTS) : [];
  const isRootMounted = mounts.some(({ path }) => path === "/");
  const args = pick(random, ["none", "host", "fixed"]);
  const cwd = pick(random, ["none", "host", "fixed"]);
  const imports = [...worldOf(app).imports].filter(([, item]) => item.kind === "instance").map(([name]) => name);
  const chosen: Options = {
    ...(flag() ? { env: { NAME: "value", LONG: "x".repeat(300) } } : {}),
    ...(flag() ? { allowEnv: pick(random, [true, false, [], ["HOME", "PATH"]]) } : {}),
    ...(args === "host" ? { allowArgs: true } : args === "fixed" ? { args: ["one", ""], arg0: "program" } : {}),
    ...(cwd === "host" ? { allowCwd: true } : cwd === "fixed" ? { cwd: "/src" } : {}),
    ...(flag(0.7) ? { stdin: pick(random, ["allow", "ignore", "deny", new Uint8Array(10)] as const) } : {}),
    ...(flag(0.7) ? { stdout: pick(random, ["allow", "ignore", "deny"] as const) } : {}),
    ...(flag(0.7) ? { stderr: pick(random, ["allow", "ignore", "deny"] as const) } : {}),
    ...(mounts.length > 0 ? { mounts } : {}),
    ...(!isRootMounted && flag() ? { allowFs: true } : {}),
    allowClocks: flag(),
    allowRandom: flag(),
    allowExit: flag(),
    ...(flag(0.6) ? { allowHttp: flag(0.6) } : {}),
    ...(flag(0.6) ? { allowSockets: flag(0.6) } : {}),
    ...(flag(0.2) ? { allowAll: true } : {}),
    ...(flag() ? { deny: pick(random, ["error", "trap"] as const) } : {}),
    ...(flag() && imports.length > 0
      ? {
          denyImports: [
            denied(random, pick(random, imports)),
            ...(flag() ? [denied(random, pick(random, imports).replace(/\/.*/, "/*"))] : []),
          ],
        }
      : {}),
  };
  const writable = flag() ? { tmpfs: [{ path: "/tmp" }] } : {};
  const files = flag()
    ? {
        exportFiles: true,
        stdout: { file: pick(random, ["/out.log", "/hidden/out.log", "/tmp/out.log"]) },
        ...(flag() ? { stdin: { file: "/out.log" }, stderr: { file: "/out.log" } } : {}),
      }
    : {};
  return { ...chosen, ...writable, ...(isReadOnlyRoot(chosen) ? {} : files) };
}

/** Where `/` is mounted to be read, no output can be in it. */
const isReadOnlyRoot = ({ mounts = [] }: Options): boolean => mounts.some(({ path }) => path === "/" || path.lastIndexOf("/") === 0);
