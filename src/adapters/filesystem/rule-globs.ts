/** Globs of rules: a small language, in which nothing has two meanings. What other tools give another meaning is refused. */
import { OptionError } from "../../errors.ts";
import type { FileRule } from "../../image/file-rules.ts";
import { MAX_NAME_LENGTH, MAX_RULE_SEGMENTS } from "../../image/layout.ts";

/** What globs of other tools have another meaning for. */
const FOREIGN = /[\\[\]{}()|"]/;

/** @throws OptionError for a glob that is none */
export function ruleOf(kind: FileRule["kind"], glob: string): readonly FileRule[] {
  const refuse = (why: string): never => {
    throw new OptionError(kind, `the glob ${JSON.stringify(glob).replace(/^"|"$/g, "`")} ${why}`);
  };
  const isException = glob.startsWith("!");
  const path = glob
    .slice(isException ? 1 : 0)
    .replace(/^(\.?\/)+/, "")
    .replace(/\/+$/, "");
  const [foreign] = FOREIGN.exec(path) ?? [];
  if (foreign !== undefined) return refuse(`has \`${foreign}\` in it: \`?\` stands for any character`);
  if (path.startsWith("!")) return refuse("has two `!` in front");
  if (path === "") return refuse("names nothing");
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]|\p{Surrogate}/u.test(path)) return refuse("has a character in it that no name of a file should have");
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment === "" || segment === "." || segment === "..")
      return refuse(`has ${segment === "" ? "two slashes side by side" : `a name \`${segment}\``} in it`);
    if (segment !== "**" && segment.includes("**")) return refuse("has `**` beside other characters: between slashes, it stands alone");
    if (segment !== segment.trim()) return refuse(`has a blank at the beginning or the end of a name: \`?\` stands for any character`);
    if (new TextEncoder().encode(segment).length > MAX_NAME_LENGTH) return refuse(`has a name of more than ${MAX_NAME_LENGTH} bytes`);
  }
  if (segments.length > MAX_RULE_SEGMENTS) return refuse(`has more than ${MAX_RULE_SEGMENTS} names`);
  // Hosts may write one letter in two ways.
  const forms = isException ? [path] : [...new Set([path, path.normalize("NFC"), path.normalize("NFD")])];
  return forms.map((form) => ({ kind, isException, segments: form.split("/") }));
}
