// The same with what is refused told (`__told`): requests that no response is for.

import * as arena from "../abi/arena";
import { tell } from "../abi/told";
import { HTTPS, ROOT } from "../http/rule";
import { REFUSED_CANNED } from "../../src/image/trace-layout";
import { entryOf } from "./entry";
import { http_outgoing_handler__handle, p3_http_client__send } from "./send";
import * as later from "./later-own";
import { requestBehind } from "./own";
import { Request, requestAt } from "./request-cell";

export function http_outgoing_handler__handle__told(request: usize, hasOptions: u32, options: usize): usize {
  tellRequest(requestAt(requestBehind(request)));
  return http_outgoing_handler__handle(request, hasOptions, options);
}

export function p3_http_client__send__told(request: usize): usize {
  tellRequest(requestAt(later.requestBehind(request)));
  return p3_http_client__send(request);
}

function tellRequest(request: Request): void {
  if (entryOf(request)) return;
  const root = arena.allocate(1, 1);
  store<u8>(root, ROOT);
  const path = request.path && load<u32>(request.path) ? request.path : 0;
  tell(
    REFUSED_CANNED + min(request.scheme - 1, HTTPS + 1),
    request.method,
    request.methodName + 4,
    lengthOf(request.methodName),
    request.authority + 4,
    lengthOf(request.authority),
    path ? path + 4 : root,
    path ? lengthOf(path) : 1,
  );
  arena.empty();
}

/** Of a text, or of none. */
function lengthOf(text: usize): u32 {
  return text ? load<u32>(text) : 0;
}
