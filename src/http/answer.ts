/** What the user's function is given, and what it gives back: requests and responses as plain values. */
import { errorCodeOf } from "./error-code.ts";
import { type Field, Fields, isFieldValue, isToken } from "./fields.ts";
import { IncomingResponse, type ResponseResult } from "./incoming-response.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { latin1BytesOf, latin1TextOf, utf8BytesOf } from "./text.ts";

export interface HttpRequest {
  /** In upper case, as in `GET`. */
  readonly method: string;
  /** The whole of it: `https://api.example.com/users?page=2`. */
  readonly url: string;
  /** In the order of the request. Names are in lower case; each byte of a value is the character of its number. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface HttpResponse {
  /** 200 by default. */
  readonly status?: number | undefined;
  /** An object, or pairs where a name comes more than once. The characters of a value are up to U+00FF, a byte each. */
  readonly headers?: Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]> | undefined;
  /** Text is sent as UTF-8. Empty by default. */
  readonly body?: string | Uint8Array | undefined;
}

/**
 * Throws an `ErrorCode`, as it is or as the `payload` of an `Error`, where there is to be no response. Any other exception
 * ends in a trap when the app asks for the response.
 */
export type Answer = (request: HttpRequest) => HttpResponse;

export function resultOf(answer: Answer, request: HttpRequest): ResponseResult {
  try {
    return { tag: "ok", val: responseOf(answer(request)) };
  } catch (error) {
    const code = errorCodeOf(error);
    return code === undefined ? { tag: "exception", error } : { tag: "err", val: code };
  }
}

export function requestOf(request: OutgoingRequest, url: string, body: Uint8Array): HttpRequest {
  const headers = request.headers().entries();
  return { method: request.methodText(), url, headers: headers.map(([name, value]) => [name.toLowerCase(), latin1TextOf(value)]), body };
}

function responseOf(response: HttpResponse | undefined): IncomingResponse {
  if (typeof response !== "object" || response === null || "then" in response)
    throw new TypeError("an answer is an object with `status`, `headers` and `body`, and no promise of one");
  const { status = 200, headers = [], body = "" } = response;
  if (!Number.isInteger(status) || status < 100 || status > 999)
    throw new TypeError(`an answer's \`status\` is a number of three digits, not ${String(status)}`);
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new TypeError("an answer's `body` is a string or a Uint8Array");
  const pairs = isIterable(headers) ? [...headers] : Object.entries(headers);
  return new IncomingResponse(status, new Fields(pairs.map(fieldOf)), typeof body === "string" ? utf8BytesOf(body) : body);
}

const isIterable = <T>(value: object | Iterable<T>): value is Iterable<T> => Symbol.iterator in value;

function fieldOf([name, value]: readonly [name: string, value: string]): Field {
  const bytes = latin1BytesOf(String(value));
  if (!isToken(name) || bytes === undefined || !isFieldValue(bytes))
    throw new TypeError(`an answer's \`headers\` cannot have ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return [name, bytes];
}
