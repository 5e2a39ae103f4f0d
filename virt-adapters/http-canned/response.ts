// The resources by which a response comes in: `future-incoming-response`, `incoming-response`, `incoming-body`, `future-trailers`. It
// is there as a whole when the request is sent.

import { err, okOf } from "../abi/result";
import {
  HTTP_CANNED_BODY,
  HTTP_CANNED_BODY_END,
  HTTP_CANNED_HEADER_COUNT,
  HTTP_CANNED_HEADERS,
  HTTP_CANNED_STATUS,
} from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
import { answerAt, answerOf, first, giveAnswer } from "./answer";
import { fixedFields } from "./field-list";
import { dropIncomingBody, inputOfBytes, newFields, newIncomingBody, newResponse, newTrailers, readyPollable } from "./own";

export function http_types__future_incoming_response_subscribe(_self: usize): usize {
  return readyPollable();
}

export function http_types__future_incoming_response_get(self: usize): usize {
  const answer = answerAt(self);
  if (first(answer)) store<u32>(RETURN_AREA, newResponse(answerOf(answer.entry)), 24);
  return RETURN_AREA;
}

export function http_types__future_incoming_response_dtor(self: usize): void {
  giveAnswer(self);
}

export function http_types__incoming_response_status(self: usize): usize {
  return load<u32>(answerAt(self).entry, HTTP_CANNED_STATUS);
}

export function http_types__incoming_response_headers(self: usize): usize {
  const entry = answerAt(self).entry;
  return newFields(fixedFields(load<u32>(entry, HTTP_CANNED_HEADERS), load<u32>(entry, HTTP_CANNED_HEADER_COUNT)));
}

export function http_types__incoming_response_consume(self: usize): usize {
  const answer = answerAt(self);
  if (answer.isUsed) return err(0);
  answer.isUsed = 1;
  return okOf(newIncomingBody(answerOf(answer.entry)));
}

export function http_types__incoming_response_dtor(self: usize): void {
  giveAnswer(self);
}

export function http_types__incoming_body_stream(self: usize): usize {
  const answer = answerAt(self);
  if (answer.isUsed) return err(0);
  answer.isUsed = 1;
  return okOf(inputOfBytes(load<u32>(answer.entry, HTTP_CANNED_BODY), load<u32>(answer.entry, HTTP_CANNED_BODY_END)));
}

export function http_types__incoming_body_finish(body: usize): usize {
  dropIncomingBody(body);
  return newTrailers(answerOf(0));
}

export function http_types__incoming_body_dtor(self: usize): void {
  giveAnswer(self);
}

export function http_types__future_trailers_subscribe(_self: usize): usize {
  return readyPollable();
}

/** There are none. */
export function http_types__future_trailers_get(self: usize): usize {
  first(answerAt(self));
  return RETURN_AREA;
}

export function http_types__future_trailers_dtor(self: usize): void {
  giveAnswer(self);
}

/** No stream of ours ends in an error of HTTP. */
export function http_types__http_error_code(_error: usize): usize {
  store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}
