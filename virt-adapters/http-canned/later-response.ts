// The resource `response` of WASI 0.3, as it comes in: the whole of it is there when the request is sent.

import { newBytes, readableOf, writableOf } from "../async/built-ins";
import { HTTP_CANNED_BODY, HTTP_CANNED_BODY_END, HTTP_CANNED_HEADER_COUNT, HTTP_CANNED_HEADERS } from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
import { answerAt, giveAnswer } from "./answer";
import { fixedFields } from "./field-list";
import { receiveOutcome, sendBody } from "./later-loop";
import { dropResponse, newFields, newTrailers, responseBehind } from "./later-own";
import { http_types__incoming_response_status } from "./response";

export function p3_http_types__response_dtor(self: usize): void {
  giveAnswer(self);
}

export function p3_http_types__response_get_status_code(self: usize): usize {
  return http_types__incoming_response_status(self);
}

export function p3_http_types__response_get_headers(self: usize): usize {
  const entry = answerAt(self).entry;
  return newFields(fixedFields(load<u32>(entry, HTTP_CANNED_HEADERS), load<u32>(entry, HTTP_CANNED_HEADER_COUNT)));
}

export function p3_http_types__response_consume_body(response: usize, consumed: usize): usize {
  const entry = answerAt(responseBehind(response)).entry;
  dropResponse(response);
  receiveOutcome(consumed);
  const stream = newBytes();
  const trailers = newTrailers();
  const start: usize = load<u32>(entry, HTTP_CANNED_BODY);
  sendBody(writableOf(stream), writableOf(trailers), start, <usize>load<u32>(entry, HTTP_CANNED_BODY_END) - start);
  store<u32>(RETURN_AREA, readableOf(stream));
  store<u32>(RETURN_AREA, readableOf(trailers), 4);
  return RETURN_AREA;
}
