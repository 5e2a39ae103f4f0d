// What sends requests, in 0.2 and 0.3.

import { err, okOf } from "../abi/result";
import { HTTP_REQUEST_DENIED } from "../http/rule";
import { answerOf } from "./answer";
import { entryOf } from "./entry";
import * as later from "./later-own";
import { dropOptions, dropRequest, newFuture, requestBehind } from "./own";
import { requestAt } from "./request-cell";

export function http_outgoing_handler__handle(request: usize, hasOptions: u32, options: usize): usize {
  const entry = entryOf(requestAt(requestBehind(request)));
  dropRequest(request);
  if (hasOptions) dropOptions(options);
  return entry ? okOf(newFuture(answerOf(entry))) : err(HTTP_REQUEST_DENIED);
}

export function p3_http_client__send(request: usize): usize {
  const entry = entryOf(requestAt(later.requestBehind(request)));
  later.dropRequest(request);
  return entry ? okOf(later.newResponse(answerOf(entry))) : err(HTTP_REQUEST_DENIED);
}
