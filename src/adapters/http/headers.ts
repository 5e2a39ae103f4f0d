/** Headers that requests get on their way out. Their values may be secrets: no message has one. */
import { OptionError, UsageError } from "../../errors.ts";

/** What connections are made of: hosts let no program set it, nor see it. In lower case. */
export const FORBIDDEN: readonly string[] = [
  ...["connection", "host", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["transfer-encoding", "upgrade"],
];
/** And what bodies are made of, which is the host's to say. */
const REFUSED: ReadonlySet<string> = new Set([...FORBIDDEN, "content-length", "te", "trailer"]);

/** Whether it is a name. */
export const isToken = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name);

/** @throws OptionError for what is no header, and for one that hosts refuse */
export function headersOf(given: Readonly<Record<string, string>>): readonly (readonly [name: string, value: string])[] {
  const fail = (what: string): never => {
    throw new OptionError("httpHeaders", what);
  };
  const seen = new Set<string>();
  return Object.entries(given).map(([name, value]) => {
    const lower = name.toLowerCase();
    if (!isToken(name)) fail(`\`${name}\` is no name of an HTTP header`);
    if (REFUSED.has(lower)) fail(`the HTTP header \`${name}\` is the host's: it cannot be set`);
    if (seen.has(lower)) fail(`the HTTP header \`${name}\` is given twice`);
    if (!/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value))
      fail(`the value of the HTTP header \`${name}\` is empty, begins or ends with a space, or has a character that is not visible ASCII`);
    seen.add(lower);
    return [lower, value];
  });
}

/**
 * `NAME: VALUE` of the command line.
 * @throws UsageError
 */
export function headersIn(lines: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
  if (lines === undefined) return undefined;
  const found = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    // The line may hold a secret.
    if (colon <= 0) throw new UsageError("a value of `--http-header` is not `NAME: VALUE`, such as `Accept: text/html`");
    const name = line.slice(0, colon);
    if (found.has(name)) throw new UsageError(`\`--http-header\` sets \`${name}\` twice`);
    found.set(name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ""));
  }
  return Object.fromEntries(found);
}
