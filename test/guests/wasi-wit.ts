/**
 * The WIT of WASI 0.2 in any of its versions, and of 0.3.0. jco ships 0.2.12 only; what came after 0.2.0 is
 * little, so the older texts are made from it. What is unstable is absent unless asked for: parsers drop it.
 */

import { installedPath } from "./installed.ts";
import { readFile } from "node:fs/promises";

const PACKAGES = ["io", "clocks", "random", "filesystem", "sockets", "cli", "http"] as const;
const NEWEST_PATCH = 12;

/** The version of 0.3 that there is. */
export const WASI_03 = "0.3.0";
/** A version that is two. */
export const WASI_BOTH = "0.2.3 and 0.3.0";

/** "0.2.0" to "0.2.12". */
export const wasiVersions: readonly string[] = Array.from({ length: NEWEST_PATCH + 1 }, (_, patch) => `0.2.${patch}`);

/** What a patch version added, and the text before it. */
const ADDITIONS: readonly { readonly patch: number; readonly after: RegExp; readonly before: string }[] = [
  { patch: 2, after: /\bfield-name\b(?=[,)>])/g, before: "field-key" },
  { patch: 2, after: /type field-name = field-key;/, before: "" },
  { patch: 12, after: /exit-with-code: func\(status-code: u8\);/, before: "" },
];

/** All packages of 0.2.12 with what is unstable in them. */
export async function unstableWit(): Promise<string> {
  return (await wasiWit(`0.2.${NEWEST_PATCH}`)).replace(/^ *@unstable\(.*\)$/gm, "");
}

/** All packages of 0.3.0, in the same form. */
export async function wasi03Wit(): Promise<string> {
  const texts = PACKAGES.filter((name) => name !== "io").map((name) =>
    readFile(installedPath("@bytecodealliance/jco", `lib/wit/builtin/0.3.0/wasi-${name}/package.wit`), "utf8"),
  );
  return (await Promise.all(texts)).map(asNestedPackage).join("\n");
}

/** All packages of one version, as nested packages that a world's text can be followed by. */
export async function wasiWit(version: string): Promise<string> {
  const patch = wasiVersions.indexOf(version);
  if (patch < 0) throw new Error(`no WASI 0.2 version: ${version}`);
  const newest = `0.2.${NEWEST_PATCH}`;
  const texts = await Promise.all(
    PACKAGES.map((name) => {
      const file = `lib/wit/builtin/${newest}/wasi-${name}/package.wit`;
      return readFile(installedPath("@bytecodealliance/jco", file), "utf8");
    }),
  );
  return texts
    .map((text) => {
      let older = text.replaceAll(`@${newest}`, `@${version}`);
      for (const addition of ADDITIONS) {
        if (patch < addition.patch) older = older.replace(addition.after, addition.before);
      }
      return asNestedPackage(older);
    })
    .join("\n");
}

/** A world that imports every interface of a version, and exports `run`. Of two versions, it imports HTTP of the first. */
export async function everythingWit(version: string): Promise<string> {
  if (version === WASI_03) return everything03Of(await wasi03Wit());
  if (version === WASI_BOTH) {
    const [first = ""] = version.split(" ");
    const http = `import wasi:http/types@${first}; import wasi:http/outgoing-handler@${first};`;
    return everything03Of([await wasiWit(first), await wasi03Wit()].join("\n"), http);
  }
  return everythingOf(version, await wasiWit(version));
}

/** The same of 0.2.12, with what is unstable. */
export async function everythingUnstableWit(): Promise<string> {
  return everythingOf(`0.2.${NEWEST_PATCH}`, await unstableWit());
}

function everythingOf(version: string, packages: string): string {
  return `package test:guest;
world everything {
  include wasi:cli/command@${version};
  import wasi:http/types@${version};
  import wasi:http/outgoing-handler@${version};
  import wasi:random/insecure@${version};
  import wasi:random/insecure-seed@${version};
}
${packages}`;
}

const everything03Of = (packages: string, more = ""): string => `package test:guest;
world everything {
  ${more}
  include wasi:cli/command@${WASI_03};
  import wasi:http/types@${WASI_03};
  import wasi:http/client@${WASI_03};
}
${packages}`;

/** `package name;` and what follows it, as `package name { ... }`. */
function asNestedPackage(text: string): string {
  return text.replace(/^package ([^;]+);([^]*)$/m, "package $1 {$2}\n");
}
