/**
 * What HTTP rules allow, said once more and in another way: by the URLs of the web, which know of users, numeric addresses, dots and
 * default ports. A request is allowed if a URL is made of it without a change, and its parts are those of a rule.
 */
import type { Random } from "../differential/random.ts";
import type { Request } from "./http-requests.ts";

const STANDARD = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"]);
const PATH = /^\/(?!\/)(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*$/i;
const QUERY = /^[\x21\x22\x24-\x7e]*$/;
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])$/;
/** Any text is a punycode label here; the web refuses some. */
const tame = (text: string): string => text.replace(/xn--/gi, "xn-_");
const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

interface Origin {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/** `undefined` where the authority is not as the web would write it, but for the case of letters and a default port. */
function originOf(scheme: string, authority: string): Origin | undefined {
  const url = urlOf(`${scheme}://${tame(authority)}/`);
  if (url === undefined || url.username !== "" || url.password !== "" || !HOST.test(url.hostname)) return undefined;
  const port = url.port === "" ? (scheme === "https" ? "443" : "80") : url.port;
  const spelt = tame(authority).toLowerCase();
  if (spelt !== url.hostname && spelt !== `${url.hostname}:${port}`) return undefined;
  return port === "0" ? undefined : { protocol: url.protocol, hostname: url.hostname, port };
}

/** Whether servers agree on what a path is. */
function isPlain(pathname: string): boolean {
  const url = urlOf(`http://host${pathname}`);
  const decoded = pathname.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  const isTold = [...decoded].filter((each) => each === "/").length === pathname.split("/").length - 1;
  // eslint-disable-next-line no-control-regex
  if (url?.pathname !== pathname || !isTold || /[%\\\x00-\x1f\x7f\xc0\xc1]/.test(decoded)) return false;
  return !pathname.split("/").some((segment) => /^\.\.?(;|$)/.test(segment)) && !/%2e/i.test(pathname);
}

export function isAllowed(rules: readonly string[], { method, scheme, authority, path = "" }: Request): boolean {
  if (!STANDARD.has(method) || (scheme !== "HTTP" && scheme !== "HTTPS") || authority === undefined) return false;
  const origin = originOf(scheme.toLowerCase(), authority);
  const [, pathname = "", query = ""] = /^([^?]*)\??([^]*)$/.exec(path === "" ? "/" : path) ?? [];
  if (origin === undefined || !PATH.test(pathname) || !QUERY.test(query)) return false;
  return rules.some((rule) => {
    const [, wantedScheme, host = "", port, wantedPath = ""] = /^(https?):\/\/(\[.*\]|[^:/]*)(?::([^/]*))?(\/.*)$/.exec(rule) ?? [];
    if (`${wantedScheme}:` !== origin.protocol) return false;
    if (port !== "*" && (port ?? (wantedScheme === "https" ? "443" : "80")) !== origin.port) return false;
    const isAddress = origin.hostname.startsWith("[") || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(origin.hostname);
    const wanted = tame(new URL(`http://${host.replace("*", "any")}`).hostname);
    if (host === "*" ? isAddress : host.startsWith("*.") ? isAddress || !isBelow(origin.hostname, wanted) : wanted !== origin.hostname)
      return false;
    if (wantedPath === "/*") return true;
    return isPlain(pathname) && (wantedPath.endsWith("*") ? pathname.startsWith(wantedPath.slice(0, -1)) : pathname === wantedPath);
  });
}

/** Whether `wanted` without its first label is what a name ends with, behind at least one label. */
const isBelow = (hostname: string, wanted: string): boolean => hostname.endsWith(wanted.slice(3)) && hostname.length > wanted.length - 3;

/** Of every kind. */
export const RULES: readonly string[] = [
  "https://api.example.com/v1/*",
  "https://api.example.com/",
  "http://api.example.com:8080/v1/users",
  "https://*.example.org/*",
  "https://*.Example.net:8443/a/b/*",
  "http://127.0.0.1:8080/*",
  "http://[::1]/x/*",
  "https://[2001:db8::1]:444/",
  "https://bücher.example/käse".replace("ä", "%C3%A4"),
  "http://*:9/*",
  "http://my_host:*/*",
  "https://10.1.2.3/a/*",
];

const HOSTS = [
  ...["api.example.com", "API.Example.Com", "example.com", "x.example.org", "a.b.example.org", "example.org", "xexample.org"],
  ...["q.example.net", "example.net", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.01", "[::1]", "[0:0::1]"],
  ...["[::ffff:127.0.0.1]", "[2001:db8::1]", "[2001:DB8::1]", "xn--bcher-kva.example", "bücher.example", "my_host", "localhost"],
  ...["10.1.2.3", "1.2.3", "a.1", "a.0x1", "..", ".example.org", "x..example.org", "[::1%25eth0]", "[", "[]", "::1", "example.org:x"],
];
const PORTS = [
  "",
  "",
  "",
  ":443",
  ":80",
  ":8080",
  ":8443",
  ":9",
  ":444",
  ":0",
  ":",
  ":080",
  ":65535",
  ":65536",
  ":99999999999",
  ":8o",
  ":-1",
];
const PATHS = [
  ...["/v1/", "/v1/users", "/v1", "/v10/x", "/", "", "/a/b/", "/a/b/c/d", "/x/", "/x/y", "/k%C3%A4se", "/k%c3%a4se", "/käse", "/a/"],
  ...["//x", "/x//y", "/v1/..", "/v1/../x", "/v1/%2e%2e/x", "/v1/.%2E", "/v1/..;a/x", "/v1/.;x", "/v1/...", "/v1/.x", "/v1/a%2fb"],
  ...[
    "/v1/%5c..%5cx",
    "/v1\\..\\x",
    "/v1/%252e",
    "/v1/%00",
    "/v1/%7f",
    "/v1/%c0%af",
    "/v1/%",
    "/v1/%4",
    "/v1/%zz",
    "v1/",
    "*",
    "/v1/ ",
    "/v1/\n",
  ],
];
const QUERIES = ["", "", "", "?", "?a=b", "?a=/../b", "?%2e%2e", "?#", "?x y", "#x", "?[]|^", "?ä"];
const SPICE = [
  "",
  "@",
  "user@",
  "user:pw@",
  ".",
  "/",
  "\\",
  "%2e",
  "%00",
  "\t",
  "\0",
  " ",
  "#",
  "?",
  ":",
  "..",
  "*",
  "é",
  "；",
  "\u200b",
  "%41",
  "A",
  "0",
];

/** A request by chance: half of them of what a rule speaks of, then some of it broken. */
export function randomRequest({ below, pick, chance }: Random): Request {
  const spiced = (text: string): string => {
    if (chance(0.75)) return text;
    const at = below(text.length + 1);
    return text.slice(0, at) + pick(SPICE) + text.slice(at + below(2));
  };
  const [, ruleScheme = "", host = "", port = "", path = ""] = /^(https?):\/\/(\[.*\]|[^:/]*)(:[^/]*)?(.*)$/.exec(pick(RULES)) ?? [];
  const [scheme, authority, pathWithQuery] = chance(0.5)
    ? [
        chance(0.9) ? ruleScheme.toUpperCase() : "HTTPS",
        (chance(0.8) ? host.replace("*", () => pick(["a", "b.C", "xn--bcher-kva", "1", ""])) : pick(HOSTS)) +
          (chance(0.8) ? port.replace("*", () => pick(["1", "443", "65535", "0"])) : pick(PORTS)),
        (chance(0.8) ? path.replace("*", () => pick(["", "x", "x/y", "..", "%2e%2e/x", "%2f", "%41", "x//y", ".;"])) : pick(PATHS)) +
          pick(QUERIES),
      ]
    : [pick(["HTTP", "HTTPS", "http", "ftp", "", undefined]), pick(HOSTS) + pick(PORTS), pick(PATHS) + pick(QUERIES)];
  return {
    method: pick(["GET", "GET", "GET", "POST", "PATCH", "OPTIONS", "CONNECT", "get", "BREW"]),
    ...(scheme !== undefined && { scheme }),
    ...(chance(0.98) && { authority: spiced(authority) }),
    ...(chance(0.98) && { path: spiced(pathWithQuery) }),
  };
}

/** Of so many requests, how many were sent. */
export function compare(requests: { isSent(request: Request): boolean }, random: Random, count: number): number {
  let allowed = 0;
  for (let i = 0; i < count; i++) {
    const request = randomRequest(random);
    const [found, wanted] = [requests.isSent(request), isAllowed(RULES, request)];
    if (found !== wanted) throw new Error(`${JSON.stringify(request)} is ${found ? "sent" : "refused"}, and should not be`);
    if (found) allowed++;
  }
  return allowed;
}
