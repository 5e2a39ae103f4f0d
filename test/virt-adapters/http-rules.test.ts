/** Which requests HTTP rules let through: the tricks by name, and then many by chance, beside the URLs of the web. */
import { describe, expect, test } from "vitest";
import { randomOf } from "../differential/random.ts";
import { compare, RULES } from "./http-reference.ts";
import { type Request, Requests } from "./http-requests.ts";

const GET = { method: "GET", scheme: "HTTPS", authority: "api.example.com", path: "/v1/x" };
const isSent = (rules: readonly string[], request: Partial<Request>): boolean => new Requests(rules).isSent({ ...GET, ...request });

describe("of a host and a port", () => {
  const rule = ["https://api.example.com/v1/*"];

  test.each(["api.example.com", "API.EXAMPLE.com", "api.example.com:443"])("`%s` is sent", (authority) => {
    expect(isSent(rule, { authority })).toBe(true);
  });

  test.each([
    "evil.example",
    "api.example.com.",
    "api.example.com.evil.example",
    "xapi.example.com",
    "api.example.com@evil.example",
    "user@api.example.com",
    "user:api.example.com@evil.example",
    "evil.example/@api.example.com",
    "evil.example?api.example.com",
    "evil.example#api.example.com",
    "evil.example\\api.example.com",
    "api.example.com\\@evil.example",
    "api.example.com/../evil",
    "api.example.com:80",
    "api.example.com:0443",
    "api.example.com:65979", // 443 + 65536
    "api.example.com:4294967739", // 443 + 2^32
    "api.example.com:",
    "api.example.com:443:443",
    "api.example.com:443@evil.example:443",
    "api.example.com ",
    " api.example.com",
    "api.example.com\0",
    "api.example.com\0.evil.example",
    "api.example.com\r\nHost: evil.example",
    "api%2eexample.com",
    "api.example。com",
    "аpi.example.com", // a Cyrillic letter
    "ａpi.example.com", // a full-width one
    "",
  ])("%j is refused", (authority) => {
    expect(isSent(rule, { authority })).toBe(false);
  });

  test("without a host, nothing is sent", () => {
    const { authority: _, ...request } = GET;
    expect(new Requests(rule).isSent(request)).toBe(false);
  });

  test("a wildcard stands for one label or more, and not for none, nor for an address", () => {
    const names = ["a.example.com", "a.b.example.com", "example.com", ".example.com", "a..example.com", "aexample.com", "a.example.com."];
    expect(names.map((authority) => isSent(["https://*.example.com/*"], { authority }))).toEqual([true, true, ...Array(5).fill(false)]);
    const addresses = ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "a.1", "[::ffff:7f00:1]"];
    expect(addresses.map((authority) => isSent(["https://*/*"], { authority }))).toEqual(addresses.map(() => false));
    expect(isSent(["https://*/*"], { authority: "localhost" })).toBe(true);
  });

  test("an address is compared as it is written", () => {
    const at = (authority: string): boolean => isSent(["https://[::1]/*", "https://10.0.0.1/*"], { authority });
    expect(["[::1]", "10.0.0.1", "[::1]:443"].map(at)).toEqual([true, true, true]);
    const others = ["[0:0::1]", "[::ffff:10.0.0.1]", "[::1", "::1", "[::1]x", "[::1]@x", "[::1%eth0]", "10.0.0.01", "10.1", "167772161"];
    expect(others.map(at)).toEqual(others.map(() => false));
  });

  test("a name that is not ASCII is its punycode", () => {
    const at = (authority: string): boolean => isSent(["https://bücher.example/*"], { authority });
    expect(["xn--bcher-kva.example", "XN--BCHER-KVA.example", "bücher.example", "bucher.example"].map(at)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("any port is one from 1 to 65535", () => {
    const at = (port: string): boolean => isSent(["https://api.example.com:*/*"], { authority: `api.example.com${port}` });
    expect(["", ":1", ":65535", ":0", ":65536", ":x", ":"].map(at)).toEqual([true, true, true, false, false, false, false]);
  });
});

describe("of a scheme and a method", () => {
  const rule = ["https://api.example.com/*"];

  test.each(["HTTP", "https", "Https", "ftp", "", "https:"])("the scheme %j is refused by a rule for https", (scheme) => {
    expect(isSent(rule, { scheme })).toBe(false);
  });

  test("none is refused, because hosts take it for this or that", () => {
    const { scheme: _, ...request } = GET;
    expect(new Requests([...rule, "http://api.example.com/*"]).isSent(request)).toBe(false);
  });

  test("all but CONNECT are allowed, of those that WASI has a name for", () => {
    const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "get", "PROPFIND", ""];
    expect(methods.filter((method) => isSent(rule, { method }))).toEqual(methods.slice(0, 8));
  });

  test("of a list, those in it", () => {
    const requests = new Requests(rule, ["HEAD", "CONNECT", "BAN", "PROPFIND"]);
    const methods = ["HEAD", "CONNECT", "BAN", "PROPFIND", "GET", "head", "BANX", "BA", "", "propfind"];
    expect(methods.filter((method) => requests.isSent({ ...GET, method }))).toEqual(methods.slice(0, 4));
  });
});

describe("of a path", () => {
  const rules = ["https://api.example.com/v1/*", "https://api.example.com/ping"];

  test.each(["/v1/", "/v1/x/y", "/v1//x", "/v1/...", "/v1/.x", "/v1/a%20b", "/v1/%C3%A4", "/ping", "/ping?x=/../%2e%2e", "/v1/?"])(
    "%j is sent",
    (path) => {
      expect(isSent(rules, { path })).toBe(true);
    },
  );

  test.each([
    ...["", "/", "/v1", "/v10", "/V1/", "/pin", "/ping/", "/ping%00", "//v1/", "/./v1/", "/x/../v1/", "v1/", "?/v1/", "*", "/ping;x"],
    ...["/v1/..", "/v1/../x", "/v1/.", "/v1/./x", "/v1/..?x", "/v1/..;/x", "/v1/.;/x", "/v1/x/..", "/%76%31/x"],
    ...[
      "/v1/%2e%2e",
      "/v1/.%2E/x",
      "/v1/..%2fx",
      "/v1/%2Fx",
      "/v1/..%5cx",
      "/v1/%252e%252e/x",
      "/v1/%c0%ae%c0%ae/x",
      "/v1/%00",
      "/v1/%0d%0a",
    ],
    ...[
      "/v1/\\..\\x",
      "/v1/ x",
      "/v1/x y",
      "/v1/\n",
      "/v1/\0",
      "/v1/#x",
      "/v1/?#x",
      "/v1/? x",
      "/v1/ä",
      "/v1/%",
      "/v1/%2",
      "/v1/%zz",
      "/v1/\x7f",
    ],
    ...["@evil.example/v1/", ":80@evil.example/v1/", "/@evil.example/../v1/"],
  ])("%j is refused", (path) => {
    expect(isSent(rules, { path })).toBe(false);
  });

  test("where a rule allows all paths, it does not matter how a server reads one", () => {
    const at = (path: string): boolean => isSent(["https://api.example.com/*"], { path });
    expect(["/", "/..", "/%2e%2e/x", "/a%2Fb", "/%25", "/x//y"].map(at)).toEqual(Array(6).fill(true));
    expect(["//x", "x", "/\\x", "/ ", "/%", "@evil.example/", "/#"].map(at)).toEqual(Array(7).fill(false));
  });

  test("none is `/`", () => {
    const { path: _, ...request } = GET;
    expect(new Requests(["https://api.example.com/"]).isSent(request)).toBe(true);
    expect(new Requests(["https://api.example.com/x"]).isSent(request)).toBe(false);
  });
});

test("a name may begin like a number in the hexadecimal system, if it goes on in another way", () => {
  const at = (authority: string): boolean => isSent(["https://*/*"], { authority });
  expect(["0xn--a", "0x-1", "a.0xg", "0x7f1g"].map(at)).toEqual(Array(4).fill(true));
  expect(["0x", "0x7f1", "a.0x1", "0X7F.1"].map(at)).toEqual(Array(4).fill(false));
});

test("a request that is refused is gone, with its options, and the next one is looked at anew", () => {
  const requests = new Requests(["https://api.example.com/v1/*"]);
  for (let i = 0; i < 3; i++) {
    expect(requests.isSent({ ...GET, path: "/v2/" })).toBe(false);
    expect(requests.dropped).toEqual([7, 8]);
    expect(requests.isSent(GET)).toBe(true);
    expect(requests.dropped).toEqual([]);
  }
});

test("100,000 requests by chance are allowed where the web's URLs would be", () => {
  const allowed = compare(new Requests(RULES), randomOf(1), 100_000);
  expect(allowed).toBeGreaterThan(3000);
});
