/** Lines of what rules refuse: nothing that a program gives ends a line or a word of a shell, and no line is printed twice. */
import { expect, test } from "vitest";
import { traceCore } from "../../src/adapters/prebuilt.ts";
import { refusedImage } from "../../src/adapters/trace/refused.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import {
  REFUSED_BY_ALL,
  REFUSED_LAST,
  REFUSED_LINE_SIZE,
  REFUSED_LISTEN,
  REFUSED_METHOD,
  REFUSED_NAME,
  REFUSED_TCP,
  REFUSED_URL,
} from "../../src/image/trace-layout.ts";
import { Adapter } from "./harness.ts";
import { Requests } from "./http-requests.ts";

type Piece = string | readonly number[];

class Printer {
  readonly #guest: Adapter;
  printed = "";

  constructor() {
    this.#guest = new Adapter(traceCore, refusedImage(IMAGE_BASE, true), {
      "wasi:cli/stderr#get-stderr": () => 1,
      "wasi:io/streams#[method]output-stream.blocking-write-and-flush": (_: number, address: number, length: number, result: number) => {
        this.printed += new TextDecoder("utf-8", { fatal: true }).decode(this.#guest.bytesAt(address, length));
        this.#guest.view.setUint8(result, 0);
      },
    });
  }

  /** The line that comes of it. */
  tell(kind: number, number: number, ...pieces: readonly Piece[]): string {
    const lowered = [0, 1, 2].flatMap((i) => {
      const piece = pieces[i] ?? "";
      return this.#guest.lower(typeof piece === "string" ? piece : Uint8Array.from(piece));
    });
    this.printed = "";
    this.#guest.call("trace_refused__tell", [kind, number, ...lowered], () => undefined);
    return this.printed;
  }
}

const lineOf = (...args: Parameters<Printer["tell"]>): string => new Printer().tell(...args);

test("a request is told with its method, and the option that lets it through", () => {
  expect(lineOf(REFUSED_URL + 1, 0, "", "evil.example", "/path?q")).toBe(
    `GET "https://evil.example/path?q" is refused; --http-allow 'https://evil.example/*' lets it through\n`,
  );
  expect(lineOf(REFUSED_METHOD, 2, "", "a:8080", "/")).toBe(`POST "http://a:8080/" is refused; --http-method 'POST' lets it through\n`);
  expect(lineOf(REFUSED_METHOD, 9, "BAN", "a", "/")).toBe(`BAN "http://a/" is refused; --http-method 'BAN' lets it through\n`);
  expect(lineOf(REFUSED_BY_ALL + 2, 0)).toBe(`GET "" is refused; no rule of --http-allow can let it through\n`);
});

test("addresses are written as rules have them", () => {
  const four = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 0, 255];
  expect(lineOf(REFUSED_TCP, 443, four)).toBe(
    "the connection to 10.1.0.255:443 is refused; --sockets-allow 'tcp:10.1.0.255:443' lets it through\n",
  );
  const six = (...words: readonly number[]): string | undefined =>
    /'listen:(.*):80'/.exec(
      lineOf(
        REFUSED_LISTEN,
        80,
        words.flatMap((word) => [word >> 8, word & 255]),
      ),
    )?.[1];
  for (const words of [
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 1],
    [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x10],
    [0x2001, 0xdb8, 0, 1, 0, 0, 0, 0],
    [0, 1, 2, 3, 4, 5, 6, 0],
    [1, 2, 3, 4, 5, 6, 0, 0],
    [0, 0, 0, 0, 0, 0xffff, 0, 0],
    [0, 0, 0, 0, 0xffff, 0, 0xa00, 0x1],
    [0xfe80, 0, 0x1000, 0x0f0f, 0xabcd, 0, 0, 0x100],
  ]) {
    // The URLs of the web write them in one way; ours may shorten other zeros.
    const found = six(...words) ?? "";
    if (words[5] === 0xffff) expect(found).toBe("0.0.0.0");
    else
      expect([found, new URL(`http://${found}/`).hostname]).toEqual([
        found,
        new URL(`http://[${words.map((w) => w.toString(16)).join(":")}]/`).hostname,
      ]);
  }
});

test("what ends a line, quotes or a word of a shell is escaped, and what a terminal obeys", () => {
  const name = (text: Piece): string | undefined =>
    /^the look-up of "(.*)" is refused; --sockets-allow 'tcp:(.*):PORT' lets it through\n$/s.exec(lineOf(REFUSED_NAME, 0, text))?.[2];
  expect(name("grüße.例え\u{1f600}")).toBe("grüße.例え\u{1f600}");
  expect(name(`a\nb\r\0\u001b[2J'"\\\u007f\u0085\u202e\ufeff`)).toBe(
    "a\\u{a}b\\u{d}\\u{0}\\u{1b}[2J\\u{27}\\u{22}\\u{5c}\\u{7f}\\u{85}\\u{202e}\\u{feff}",
  );
  expect(name([0x61, 0xff, 0xc3, 0x62, 0xc0, 0xae, 0xed, 0xa0, 0x80])).toBe("a\\u{ff}\\u{c3}b\\u{c0}\\u{ae}\\u{ed}\\u{a0}\\u{80}");
});

test("what is long is cut, and a line has an end", () => {
  expect(lineOf(REFUSED_URL, 0, "", "a", "x".repeat(257))).toContain(`a${"x".repeat(256)}..." is refused`);
  const line = lineOf(REFUSED_URL, 0, "\n".repeat(999), "\n".repeat(999), "\n".repeat(999));
  expect([line.length, line.indexOf("\n")]).toEqual([REFUSED_LINE_SIZE, REFUSED_LINE_SIZE - 1]);
});

test("none of the last lines is printed again", () => {
  const printer = new Printer();
  const tell = (i: number): boolean => printer.tell(REFUSED_NAME, 0, String(i)) !== "";
  const count = (from: number, to: number): number => Array.from({ length: to - from }, (_, i) => tell(from + i)).filter(Boolean).length;
  expect([count(0, REFUSED_LAST), count(0, REFUSED_LAST)]).toEqual([REFUSED_LAST, 0]);
  expect([tell(REFUSED_LAST), tell(0), tell(0), tell(2)]).toEqual([true, true, false, false]);
});

test("of a request, what it fails by is told, and nothing of one that is sent", () => {
  const request = { method: "GET", scheme: "HTTPS", authority: "a.example", path: "/v1/x" };
  const told = (rules: readonly string[], methods?: readonly string[], more: object = {}): readonly string[] =>
    new Requests(rules, methods).toldOf({ ...request, ...more });
  expect(told(["https://a.example/*"])).toEqual([]);
  expect(told(["https://b/*"])).toEqual([`${REFUSED_URL + 1} 0 /a.example//v1/x`]);
  expect(told(["http://a.example/*"])).toEqual([`${REFUSED_URL + 1} 0 /a.example//v1/x`]);
  expect(told(["https://a.example/*"], ["POST"])).toEqual([`${REFUSED_METHOD + 1} 0 /a.example//v1/x`]);
  expect(told(["https://a.example/*"], undefined, { method: "BAN" })).toEqual([`${REFUSED_METHOD + 1} 9 BAN/a.example//v1/x`]);
  expect(told(["https://b/*"], ["POST"])).toEqual([`${REFUSED_URL + 1} 0 /a.example//v1/x`, `${REFUSED_METHOD + 1} 0 /a.example//v1/x`]);
  expect(told(["https://b/*"], ["POST"], { authority: "u@a.example" })).toEqual([`${REFUSED_BY_ALL + 1} 0 /u@a.example//v1/x`]);
  expect(told(["https://b/*"], undefined, { scheme: "ftp", path: "" })).toEqual([`${REFUSED_BY_ALL + 2} 0 /a.example//`]);
  expect(told(["https://b/*"], undefined, { scheme: undefined, authority: undefined })).toEqual([`${REFUSED_BY_ALL + 2} 0 ///v1/x`]);
});
