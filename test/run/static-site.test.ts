/** The handler of examples/static-site, with a site embedded, serves it on jco and on Wasmtime, and needs of the host only HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Directory, type Entry, inspect, virtualize } from "../../src/index.ts";
import { staticSite } from "../guests/index.ts";
import { type HttpServer, httpHosts } from "../hosts/http-server.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS } from "./on-hosts.ts";

const file = (text: string) => ({ kind: "file", contents: new TextEncoder().encode(text) }) as const;
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const LARGE = "0123456789".repeat(30_000);
const WWW = directory({
  "index.html": file("<h1>hello</h1>\n"),
  "404.html": file("nothing here\n"),
  "a b.css": file("p { margin: 0 }\n"),
  "é.txt": file("é\n"),
  "large.json": file(LARGE),
  docs: directory({ "index.html": file("the docs\n") }),
});

let site: Uint8Array;
beforeAll(async () => {
  const { chunks } = virtualize(await staticSite(), { mounts: [{ path: "/www", entry: WWW }], allowHttp: true });
  site = new Uint8Array(Buffer.concat(chunks));
}, BUILD_MILLISECONDS);

test("it can reach nothing but HTTP", () => {
  expect(inspect(site).reach).toEqual(["http"]);
});

describe.each(httpHosts)("on $name", ({ missing, serve }) => {
  let server: HttpServer;
  beforeAll(async () => {
    if (missing === undefined) server = await serve(site);
  }, RUN_MILLISECONDS);
  afterAll(() => server?.stop());

  const get = async (path: string, method = "GET"): Promise<readonly [number, string | null, string | null, string]> => {
    const response = await fetch(new URL(path, server.url), { method });
    const header = (name: string): string | null => response.headers.get(name);
    return [response.status, header("content-type"), header("content-length"), await response.text()];
  };

  test.for([
    ["/", 200, "text/html; charset=utf-8", "<h1>hello</h1>\n"],
    ["/index.html?x=/../y", 200, "text/html; charset=utf-8", "<h1>hello</h1>\n"],
    ["/docs/", 200, "text/html; charset=utf-8", "the docs\n"],
    ["/a%20b.css", 200, "text/css; charset=utf-8", "p { margin: 0 }\n"],
    ["/%C3%A9.txt", 200, "text/plain; charset=utf-8", "é\n"],
    ["/large.json", 200, "application/json", LARGE],
    ["/docs", 404, "text/html; charset=utf-8", "nothing here\n"],
    ["/none", 404, "text/html; charset=utf-8", "nothing here\n"],
    ["/%2e%2e/www/index.html", 404, "text/html; charset=utf-8", "nothing here\n"],
    ["/%zz", 404, "text/html; charset=utf-8", "nothing here\n"],
    ["/%00index.html", 404, "text/html; charset=utf-8", "nothing here\n"],
  ] as const)("%s is answered by %d", async ([path, status, type, text], { skip }) => {
    skip(missing !== undefined, missing);
    expect(await get(path)).toEqual([status, type, String(new TextEncoder().encode(text).length), text]);
  });

  test("HEAD has the headers alone, and nothing else is allowed", async ({ skip }) => {
    skip(missing !== undefined, missing);
    expect(await get("/large.json", "HEAD")).toEqual([200, "application/json", String(LARGE.length), ""]);
    expect((await get("/", "DELETE"))[0]).toBe(405);
  });
});
