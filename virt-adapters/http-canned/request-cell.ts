// What is behind an `outgoing-request`.

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
}

@inline
export function requestAt(representation: usize): Request {
  return changetype<Request>(representation << 3);
}
