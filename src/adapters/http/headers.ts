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
    const lower = checkName(name, seen, fail);
    if (!/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value))
      fail(`the value of the HTTP header \`${name}\` is empty, begins or ends with a space, or has a character that is not visible ASCII`);
    return [lower, value];
  });
}

/**
 * Names of headers, in lower case, and of the variables of the host's that have their values; none of them among `fixed`.
 * @throws OptionError
 */
export function variableHeadersOf(
  given: Readonly<Record<string, string>>,
  fixed: readonly (readonly [name: string, value: string])[],
): readonly (readonly [name: string, variable: string])[] {
  const fail = (what: string): never => {
    throw new OptionError("httpHeaderEnv", what);
  };
  const seen = new Set(fixed.map(([name]) => name));
  return Object.entries(given).map(([name, variable]) => {
    const lower = checkName(name, seen, fail);
    if (variable === "" || /[=\0]/.test(variable)) fail(`\`${variable}\` is no name of a variable`);
    return [lower, variable];
  });
}

/** A name in lower case, once it is seen. */
function checkName(name: string, seen: Set<string>, fail: (what: string) => never): string {
  const lower = name.toLowerCase();
  if (!isToken(name)) fail(`\`${name}\` is no name of an HTTP header`);
  if (REFUSED.has(lower)) fail(`the HTTP header \`${name}\` is the host's: it cannot be set`);
  if (seen.has(lower)) fail(`the HTTP header \`${name}\` is given twice`);
  seen.add(lower);
  return lower;
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

/**
 * `NAME=VARIABLE` of the command line.
 * @throws UsageError
 */
export function variablesIn(texts: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
  if (texts === undefined) return undefined;
  const found = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    // Somebody may have written the secret.
    if (equals <= 0) throw new UsageError("a value of `--http-header-env` is not `NAME=VARIABLE`, such as `Authorization=TOKEN`");
    const name = text.slice(0, equals);
    if (found.has(name)) throw new UsageError(`\`--http-header-env\` sets \`${name}\` twice`);
    found.set(name, text.slice(equals + 1));
  }
  return Object.fromEntries(found);
}
