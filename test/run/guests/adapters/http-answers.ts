/** Provides `wasi:http/*` to fetch.js, http.js and http-edges.js. */
import { type ErrorCode, httpAdapter, type HttpResponse } from "wasi-nest/http";

const JSON_TYPE = { "content-type": "application/json" };
let count = 0;

export const { types, outgoingHandler } = httpAdapter(({ method, url, headers, body }): HttpResponse => {
  switch (`${method} ${url.replace(/\?.*/, "")}`) {
    case "GET https://api.example.com/users/1":
      return { headers: JSON_TYPE, body: JSON.stringify({ name: "Åda" }) };
    case "POST https://api.example.com/reverse":
      return { status: 201, headers: headers.filter(([name]) => name === "x-sent-by"), body: body.slice().reverse() };
    case "GET http://localhost:8080/count":
      return { body: `${count++} ${url.replace(/.*\?/, "")}` };
    case "GET https://nowhere.example.com/":
      throw { tag: "DNS-timeout" } satisfies ErrorCode;

    case "GET http://127.0.0.1:80/greeting":
      return { body: "hello, GET" };
    case "POST http://127.0.0.1:80/echo":
    case "GET http://127.0.0.1:80/trailers":
      return { body };
    case "GET http://127.0.0.1:80/broken-off":
      return { body: new Uint8Array(100_000) };

    case "GET http://edges/code":
      throw Object.assign(new Error("no"), { payload: { tag: "DNS-error", val: { rcode: "NXDOMAIN", infoCode: 3 } } satisfies ErrorCode });
    case "GET http://edges/headers":
      return { status: 418, headers: [...Object.entries({ A: "1", b: "\u00ff" }), ["a", ""]], body: "short and stout" };
    case "GET http://edges/fail":
      return outOfOrder();

    default:
      return { status: 404, body: `no ${method} ${url}` };
  }
});

function outOfOrder(): never {
  throw new RangeError("out of order");
}
