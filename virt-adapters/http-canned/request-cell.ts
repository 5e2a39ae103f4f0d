// What is behind an `outgoing-request`, or a `request` of 0.3.

import { fixedCopy } from "./field-list";
import { take } from "./heap";

@unmanaged
export class Request {
  /** A representation that is nobody else's. */
  headers: usize;
  hasBody: u32;
  /** Cases of `method`, and of `scheme`, from 1 on; 0: there is none. */
  method: u32;
  scheme: u32;
  /** Texts, or 0. */
  methodName: usize;
  schemeName: usize;
  authority: usize;
  path: usize;
  /** In 0.3, the memory of its options, or 0. */
  options: usize;
}

@inline
export function requestAt(representation: usize): Request {
  return changetype<Request>(representation << 3);
}

/** A representation, with a copy of these headers. */
@inline
export function requestOf(headers: usize): usize {
  const request = changetype<Request>(take(offsetof<Request>()));
  memory.fill(changetype<usize>(request), 0, offsetof<Request>());
  request.headers = fixedCopy(headers);
  return changetype<usize>(request) >> 3;
}
