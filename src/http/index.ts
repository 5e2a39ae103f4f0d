/// <reference lib="esnext.disposable" preserve="true" />
/**
 * An adapter for wasi:http out of a function that answers requests: `wasi-nest/http`. It runs inside a component, in
 * an engine that may have nothing of the web or of Node, so it imports nothing of the rest of this package.
 */
import { type Answer, requestOf, resultOf } from "./answer.ts";
import { Fields } from "./fields.ts";
import { FutureIncomingResponse, FutureTrailers, IncomingBody, IncomingResponse } from "./incoming-response.ts";
import { OutgoingBody } from "./outgoing-body.ts";
import { OutgoingRequest, RequestOptions } from "./outgoing-request.ts";
import { IncomingRequest, OutgoingResponse, ResponseOutparam } from "./server-side.ts";
import { WitError } from "./wit-error.ts";

export type { Answer, HttpRequest, HttpResponse } from "./answer.ts";
export type { ErrorCode } from "./error-code.ts";

/** `wasi:http/types`. What the app drops needs no care, but declarations of WIT have nothing else in common with some classes. */
export interface Types {
  readonly Fields: typeof Fields;
  readonly OutgoingRequest: typeof OutgoingRequest;
  readonly RequestOptions: typeof RequestOptions;
  readonly OutgoingBody: typeof OutgoingBody;
  readonly FutureIncomingResponse: typeof FutureIncomingResponse;
  readonly IncomingResponse: typeof IncomingResponse;
  readonly IncomingBody: typeof IncomingBody;
  readonly FutureTrailers: typeof FutureTrailers;
  readonly IncomingRequest: typeof IncomingRequest;
  readonly OutgoingResponse: typeof OutgoingResponse;
  readonly ResponseOutparam: typeof ResponseOutparam;
  readonly httpErrorCode: (error: unknown) => undefined;
}

/** `wasi:http/outgoing-handler`. */
export interface OutgoingHandler {
  handle(request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse;
}

export interface HttpAdapter {
  readonly types: Types;
  readonly outgoingHandler: OutgoingHandler;
}

const types: Types = {
  Fields,
  OutgoingRequest,
  RequestOptions,
  OutgoingBody,
  FutureIncomingResponse,
  IncomingResponse,
  IncomingBody,
  FutureTrailers,
  IncomingRequest,
  OutgoingResponse,
  ResponseOutparam,
  // No stream of ours ends in an error of HTTP.
  httpErrorCode: () => undefined,
};

/** What a module has to export to provide `wasi:http/*`; `answer` is called when a request has been sent as a whole. */
export function httpAdapter(answer: Answer): HttpAdapter {
  const handle = (request: OutgoingRequest): FutureIncomingResponse => {
    const url = request.url();
    if (url === undefined) throw new WitError({ tag: "HTTP-request-URI-invalid" });
    const future = new FutureIncomingResponse();
    request.whenSent((sent) => {
      future.settle(sent.kind === "failed" ? { tag: "err", val: sent.code } : resultOf(answer, requestOf(request, url, sent.bytes)));
    });
    return future;
  };
  return { types, outgoingHandler: { handle } };
}
