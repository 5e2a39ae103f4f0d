/** The adapter for wasi:http out of a function, asked as an app asks it, with pipes in JavaScript. */
import { describe, expect, test, vi } from "vitest";
import { type Answer, type ErrorCode, httpAdapter, type HttpRequest, type HttpResponse } from "../../src/http/index.ts";

vi.mock("wasi-nest:virtual/pipes", () => import("./pipes.ts"));

test("the module exports one name", async () => {
  expect(Object.keys(await import("../../src/http/index.ts"))).toEqual(["httpAdapter"]);
});

const { Fields, IncomingBody, OutgoingBody, OutgoingRequest, RequestOptions } = httpAdapter(() => ({})).types;
type Body = InstanceType<typeof OutgoingBody>;
type Future = ReturnType<ReturnType<typeof httpAdapter>["outgoingHandler"]["handle"]>;
type Input = { read(length: bigint): Uint8Array };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (from: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(from);

/** The payload of the error that is thrown. */
function errorOf(step: () => unknown): unknown {
  try {
    step();
  } catch (error) {
    expect(error).toHaveProperty("payload");
    return (error as { readonly payload: unknown }).payload;
  }
  return expect.fail("nothing was thrown");
}

interface Given {
  readonly headers?: readonly (readonly [string, string])[];
  readonly url?: readonly [scheme: "HTTP" | "HTTPS", authority: string, path: string];
}

function requestOf({ headers = [], url: [scheme, authority, path] = ["HTTPS", "example.com", "/"] }: Given = {}) {
  const request = new OutgoingRequest(Fields.fromList(headers.map(([name, value]) => [name, bytes(value)])));
  request.setScheme({ tag: scheme });
  request.setAuthority(authority);
  request.setPathWithQuery(path);
  return request;
}

/** What the answer is asked. */
function recorder(response: HttpResponse = {}): { readonly asked: HttpRequest[]; readonly handle: (request: unknown) => Future } {
  const asked: HttpRequest[] = [];
  const { outgoingHandler } = httpAdapter((request) => {
    asked.push(request);
    return response;
  });
  return { asked, handle: outgoingHandler.handle as (request: unknown) => Future };
}

function write(body: Body, contents: Uint8Array): void {
  const stream = body.write();
  for (let at = 0; at < contents.length; at += 700) stream.write(contents.subarray(at, at + 700));
  stream[Symbol.dispose]();
}

function responseOf(future: Future) {
  const result = future.get();
  if (result?.tag !== "ok" || result.val.tag !== "ok") return expect.fail(`no response: ${JSON.stringify(result)}`);
  return result.val.val;
}

function contentsOf(stream: Input): Uint8Array {
  const chunks: Uint8Array[] = [];
  expect(
    errorOf(() => {
      for (;;) {
        const chunk = stream.read(999n);
        if (chunk.length === 0) return;
        chunks.push(chunk);
      }
    }),
  ).toEqual({ tag: "closed" });
  return Buffer.concat(chunks);
}

const answerOf = (answer: Answer): Future => httpAdapter(answer).outgoingHandler.handle(requestOf());

describe("a request", () => {
  test("without a body is answered at once", () => {
    const { asked, handle } = recorder({ status: 204 });
    const url = ["HTTP", "localhost:8080", "/a?b=%20"] as const;
    const future = handle(
      requestOf({
        headers: [
          ["X-Name", "Åda"],
          ["x-name", "two"],
        ],
        url,
      }),
    );
    const headers = [
      ["x-name", "Ã\u0085da"],
      ["x-name", "two"],
    ];
    expect(asked).toEqual([{ method: "GET", url: "http://localhost:8080/a?b=%20", headers, body: new Uint8Array() }]);
    expect(responseOf(future).status()).toBe(204);
  });

  test("with a body is answered when that is finished", () => {
    const { asked, handle } = recorder();
    const request = requestOf();
    request.setMethod({ tag: "post" });
    const body = request.body();
    const future = handle(request);
    const contents = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 0xff);
    write(body, contents);
    expect(future.subscribe().ready()).toBe(true);
    expect([future.get(), asked]).toEqual([undefined, []]);
    OutgoingBody.finish(body, undefined);
    expect(asked).toMatchObject([{ method: "POST", url: "https://example.com/" }]);
    expect(Buffer.compare(asked[0]!.body, contents)).toBe(0);
    expect(responseOf(future).status()).toBe(200);
  });

  test("may be finished before it is sent", () => {
    const { asked, handle } = recorder();
    const request = requestOf();
    const body = request.body();
    write(body, bytes("early"));
    OutgoingBody.finish(body, new Fields());
    body[Symbol.dispose]();
    expect(responseOf(handle(request)).status()).toBe(200);
    expect(text(asked[0]!.body)).toBe("early");
  });

  test("whose body is dropped gets an error", () => {
    const { asked, handle } = recorder();
    const request = requestOf();
    const body = request.body();
    const future = handle(request);
    const stream = body.write();
    body[Symbol.dispose]();
    expect(future.get()).toEqual({ tag: "ok", val: { tag: "err", val: { tag: "HTTP-protocol-error" } } });
    expect(asked).toEqual([]);
    expect(errorOf(() => stream.write(bytes("more")))).toEqual({ tag: "closed" });
  });

  test("has a body once, and that one stream", () => {
    const request = requestOf();
    const body = request.body();
    expect(errorOf(() => request.body())).toBeUndefined();
    body.write();
    expect(errorOf(() => body.write())).toBeUndefined();
  });

  test("whose stream is there is not finished", () => {
    const body = requestOf().body();
    body.write().write(bytes("half"));
    expect(() => OutgoingBody.finish(body, undefined)).toThrow("an outgoing-body is finished while its output-stream is there");
  });

  test.for([
    ["3", "four", 4n],
    ["5", "four", 4n],
    ["1", "", 0n],
  ] as const)("that says its length is %s has that, and not %j", ([length, contents, sent]) => {
    const { asked, handle } = recorder();
    const request = requestOf({ headers: [["Content-Length", length]] });
    const body = request.body();
    const future = handle(request);
    write(body, bytes(contents));
    const code = { tag: "HTTP-request-body-size", val: sent };
    expect(errorOf(() => OutgoingBody.finish(body, undefined))).toEqual(code);
    body[Symbol.dispose]();
    expect(future.get()).toEqual({ tag: "ok", val: { tag: "err", val: code } });
    expect(asked).toEqual([]);
  });

  test("that says its length and has it is answered", () => {
    const { asked, handle } = recorder();
    const request = requestOf({ headers: [["content-length", "4"]] });
    const body = request.body();
    write(body, bytes("four"));
    OutgoingBody.finish(body, undefined);
    handle(request);
    expect(asked).toHaveLength(1);
  });

  test.for([
    [["content-length", "4x"]],
    [
      ["content-length", "4"],
      ["Content-Length", "4"],
    ],
  ] as const)("that says its length as %j has no body", (headers) => {
    expect(errorOf(() => requestOf({ headers }).body())).toBeUndefined();
  });

  test("keeps what is set, and refuses what no URL has", () => {
    const request = new OutgoingRequest(new Fields());
    expect([request.method(), request.scheme(), request.authority(), request.pathWithQuery()]).toEqual([
      { tag: "get" },
      undefined,
      undefined,
      undefined,
    ]);
    request.setMethod({ tag: "other", val: "PURGE" });
    request.setScheme({ tag: "other", val: "web+x" });
    request.setAuthority("user:pw@[::1]:8080");
    request.setPathWithQuery("/a?b");
    for (const method of ["", "a b", "GET\n"]) expect(errorOf(() => request.setMethod({ tag: "other", val: method }))).toBeUndefined();
    for (const scheme of ["", "1x", "a:"]) expect(errorOf(() => request.setScheme({ tag: "other", val: scheme }))).toBeUndefined();
    for (const authority of ["", "a/b", "a b", "a:80000", "a:b", "a@b@c", "[::1", "http://a"])
      expect(
        errorOf(() => request.setAuthority(authority)),
        authority,
      ).toBeUndefined();
    for (const path of ["a", "/a b", "/a#b", "/å", "/a\n"])
      expect(
        errorOf(() => request.setPathWithQuery(path)),
        path,
      ).toBeUndefined();
    expect([request.method(), request.scheme(), request.authority(), request.pathWithQuery()]).toEqual([
      { tag: "other", val: "PURGE" },
      { tag: "other", val: "web+x" },
      "user:pw@[::1]:8080",
      "/a?b",
    ]);
    const { asked, handle } = recorder();
    handle(request);
    expect(asked).toMatchObject([{ method: "PURGE", url: "web+x://user:pw@[::1]:8080/a?b" }]);
  });

  test.for([
    [undefined, "https://example.com:1/"],
    ["", "https://example.com:1/"],
    ["?q", "https://example.com:1/?q"],
  ])("with the path %j has the whole URL", ([path, url]) => {
    const { asked, handle } = recorder();
    const request = new OutgoingRequest(new Fields());
    request.setAuthority("example.com:1");
    request.setPathWithQuery(path);
    handle(request);
    expect(asked[0]?.url).toBe(url);
  });

  test("to nobody is refused", () => {
    const { asked, handle } = recorder();
    expect(errorOf(() => handle(new OutgoingRequest(new Fields())))).toEqual({ tag: "HTTP-request-URI-invalid" });
    expect(asked).toEqual([]);
  });

  test("shows headers that cannot be changed, also not by what they were made of", () => {
    const fields = Fields.fromList([["a", bytes("1")]]);
    const request = new OutgoingRequest(fields);
    expect(errorOf(() => request.headers().append("b", bytes("2")))).toEqual({ tag: "immutable" });
    fields.append("b", bytes("2"));
    expect(request.headers().entries()).toHaveLength(1);
  });

  test("has options that are kept", () => {
    const options = new RequestOptions();
    const get = () => [options.connectTimeout(), options.firstByteTimeout(), options.betweenBytesTimeout()];
    expect(get()).toEqual([undefined, undefined, undefined]);
    options.setConnectTimeout(1n);
    options.setFirstByteTimeout(2n);
    options.setBetweenBytesTimeout(3n);
    expect(get()).toEqual([1n, 2n, 3n]);
  });
});

describe("a response", () => {
  const stream = (body: string | Uint8Array): Input =>
    responseOf(answerOf(() => ({ body })))
      .consume()
      .stream();

  test("is 200 without headers and contents, unless told", () => {
    const response = responseOf(answerOf(() => ({})));
    expect([response.status(), response.headers().entries()]).toEqual([200, []]);
    expect(contentsOf(response.consume().stream())).toHaveLength(0);
  });

  test("comes once", () => {
    const future = answerOf(() => ({}));
    expect(future.get()).toMatchObject({ tag: "ok", val: { tag: "ok" } });
    expect(future.get()).toEqual({ tag: "err", val: undefined });
  });

  test("has contents once, in one stream, and no trailers", () => {
    const response = responseOf(answerOf(() => ({ body: "once" })));
    const body = response.consume();
    expect(errorOf(() => response.consume())).toBeUndefined();
    expect(text(contentsOf(body.stream()))).toBe("once");
    expect(errorOf(() => body.stream())).toBeUndefined();
    const trailers = IncomingBody.finish(body);
    expect(trailers.subscribe().ready()).toBe(true);
    expect(trailers.get()).toEqual({ tag: "ok", val: { tag: "ok", val: undefined } });
    expect(trailers.get()).toEqual({ tag: "err", val: undefined });
  });

  test("has the bytes that were given, and text in UTF-8", () => {
    const contents = Uint8Array.from({ length: 5000 }, (_, i) => (i * 3) & 0xff);
    expect(Buffer.compare(contentsOf(stream(contents)), contents)).toBe(0);
    const characters = "a\u{7f}\u{80}Å\u{7ff}\u{800}€\u{ffff}\u{10000}🦔\u{10ffff}";
    expect(text(contentsOf(stream(characters)))).toBe(characters);
    expect(text(contentsOf(stream("\ud83e, \udd94")))).toBe("\ufffd, \ufffd");
  });

  test.for([
    ["an object", { "X-Name": "Å", b: "2" }],
    [
      "pairs",
      [
        ["X-Name", "Å"],
        ["b", "2"],
      ],
    ],
    ["the web's headers", new Headers({ "X-Name": "Å", b: "2" })],
  ] satisfies readonly (readonly [string, HttpResponse["headers"]])[])("takes headers as %s", ([, headers]) => {
    const found = responseOf(answerOf(() => ({ headers }))).headers();
    expect([found.get("x-NAME"), found.get("b")]).toEqual([[Uint8Array.of(0xc5)], [bytes("2")]]);
    expect(errorOf(() => found.delete("b"))).toEqual({ tag: "immutable" });
  });

  test.for([
    ["a promise", Promise.resolve({}), "an answer is an object"],
    ["nothing", undefined, "an answer is an object"],
    ["a status of four digits", { status: 1000 }, "`status` is a number of three digits, not 1000"],
    ["a status that is text", { status: "200" }, "`status` is a number of three digits, not 200"],
    ["a body that is none", { body: 7 }, "`body` is a string or a Uint8Array"],
    ["a header's name that is none", { headers: { "a b": "c" } }, '`headers` cannot have "a b": "c"'],
    ["a header's value with a line break", { headers: { a: "b\nc" } }, '`headers` cannot have "a": "b\\nc"'],
    ["a header's value beyond U+00FF", { headers: { a: "€" } }, '`headers` cannot have "a": "€"'],
  ] as const)("is not %s", ([, response, message]) => {
    const future = answerOf(() => response as HttpResponse);
    expect(() => future.get()).toThrow(message);
  });
});

describe("an exception of the answer", () => {
  const code: ErrorCode = { tag: "DNS-error", val: { rcode: "NXDOMAIN" } };
  const throwing =
    (thrown: unknown): Answer =>
    () => {
      throw thrown;
    };

  test.for([
    ["as it is", code],
    ["as a payload", Object.assign(new Error("no"), { payload: code })],
  ] as const)("that is an error code, %s, is the app's", ([, thrown]) => {
    expect(answerOf(throwing(thrown)).get()).toEqual({ tag: "ok", val: { tag: "err", val: code } });
  });

  test.for([new RangeError("mine"), { tag: "closed" }, Object.assign(new Error("of a stream"), { payload: { tag: "closed" } }), undefined])(
    "that is anything else waits until the app asks for the response: %j",
    (thrown) => {
      const future = answerOf(throwing(thrown));
      let caught: unknown = "nothing";
      try {
        future.get();
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    },
  );
});

test("what serves requests is there and does nothing", () => {
  const { types } = httpAdapter(() => ({}));
  const incoming = new types.IncomingRequest();
  const steps = [
    ...Object.getOwnPropertyNames(types.IncomingRequest.prototype).map((name) => () => incoming[name as "method"]()),
    () => new types.OutgoingResponse(),
    () => types.ResponseOutparam.set(),
    () => new types.ResponseOutparam().sendInformational(),
  ];
  expect(steps).toHaveLength(10);
  for (const step of steps.filter((_, i) => i > 0)) expect(step).toThrow("`httpAdapter` answers requests of the app, and hands none to it");
  expect(types.httpErrorCode(new Error())).toBeUndefined();
});
