/**
 * A rule of `--http-allow`: which requests may be sent.
 *
 *   https://api.example.com/v1/*      that scheme, host, default port, and every path that begins with /v1/
 *   http://*.example.com:8080/ping    every name below example.com, that port, and that path with any query
 *   https://*:*\/*                    every name, port and path
 *
 * What could mean two things is refused: nothing is opened by a typo.
 */
import { OptionError } from "../../errors.ts";

export interface HttpRule {
  readonly isHttps: boolean;
  /** In lower case, as URLs have it; with a wildcard what is behind the `*`: `.example.com`, or nothing. */
  readonly host: string;
  readonly isWild: boolean;
  /** `undefined`: any. */
  readonly port: number | undefined;
  readonly path: string;
  /** Every path that begins so. */
  readonly isPrefix: boolean;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const LARGEST_PORT = 65535;
const WILDCARD = "*";

/** @throws OptionError for what is no rule */
export function parseRule(text: string, option = "httpAllow"): HttpRule {
  const fail = (what: string): never => {
    throw new OptionError(option, `the HTTP rule \`${text}\` ${what}`);
  };
  const [, scheme, authority = "", path = ""] = /^(https?):\/\/([^/?#\\]*)([^]*)$/.exec(text) ?? [];
  if (scheme !== "http" && scheme !== "https") return fail("does not begin with `https://` or `http://`");
  if (authority.includes("@")) fail("has a user before its host: rules are for hosts");
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(authority) ?? [];
  if (host === "") fail("has no host, such as `example.com` in `https://example.com/*`");
  return {
    isHttps: scheme === "https",
    ...hostOf(host, fail),
    port: portOf(port, scheme, fail),
    ...pathOf(path, `${scheme}://${authority}`, fail),
  };
}

type Fail = (what: string) => never;

function hostOf(host: string, fail: Fail): Pick<HttpRule, "host" | "isWild"> {
  const isWild = host === WILDCARD || host.startsWith("*.");
  const fixed = isWild ? host.slice(WILDCARD.length + 1) : host;
  if (fixed.includes(WILDCARD)) fail("has a `*` in its host that is not the whole first label, as in `*.example.com`");
  if (host === WILDCARD) return { host: "", isWild };
  if (fixed === "" || fixed.split(".").includes("")) fail("has a host with an empty label: there is a dot too many");
  const known = canonicalHost(fixed);
  if (known === undefined) return fail(`has no host that a request could have: \`${host}\``);
  if (isAddress(known) && isWild) fail("has a `*` before an address: wildcards stand for names");
  if (isAddress(known) && known !== fixed.toLowerCase()) fail(`has an address that is written \`${known}\``);
  return { host: isWild ? `.${known}` : known, isWild };
}

/** As URLs have it: in lower case, in ASCII, addresses in their one form. */
function canonicalHost(host: string): string | undefined {
  // URLs take percent signs, tabs and more out of hosts without a word.
  if (/[\s%\p{Cc}\p{Cf}\p{Surrogate}]/u.test(host)) return undefined;
  try {
    const { hostname } = new URL(`http://${host}/`);
    return /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

const isAddress = (host: string): boolean => host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host);

function portOf(port: string | undefined, scheme: "http" | "https", fail: Fail): number | undefined {
  if (port === undefined) return DEFAULT_PORTS[scheme];
  if (port === WILDCARD) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > LARGEST_PORT)
    fail(`has the port \`${port}\`: a port is a number from 1 to ${LARGEST_PORT}, or \`*\``);
  return Number(port);
}

function pathOf(path: string, origin: string, fail: Fail): Pick<HttpRule, "path" | "isPrefix"> {
  if (path === "") fail(`has no path: \`${origin}/*\` allows all paths, \`${origin}/\` that one`);
  if (path.includes("#")) fail("has a fragment, which is no part of a request");
  if (path.includes("?")) fail("has a query: a rule ends with its path, and any query may follow");
  const isPrefix = path.endsWith("/*");
  const fixed = isPrefix ? path.slice(0, -WILDCARD.length) : path;
  if (fixed.includes(WILDCARD)) fail("has a `*` in its path that is not its end, behind a slash, as in `/v1/*`");
  if (!/^(?:[\w.~!$&'()+,;=:@/-]|%[0-9a-f]{2})+$/i.test(fixed))
    fail("has a path with a character that is no part of a path: it is written as in a URL, such as `%20` for a space");
  if (fixed.startsWith("//")) fail("has a path that begins with two slashes");
  if (fixed.split("/").some((segment) => /^\.\.?(?:;|$)/.test(segment)) || /%(?:2[ef5]|5c|[01][0-9a-f]|7f|c[01])/i.test(fixed))
    fail("has a path with `.`, `..`, or an encoded dot, slash, percent sign or control character: no request with one is allowed");
  return { path: fixed, isPrefix };
}
