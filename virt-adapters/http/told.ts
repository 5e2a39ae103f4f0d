// The same with what is refused told (`__told`): a request is looked at once more before it is, and the functions beside these decide.

import * as arena from "../abi/arena";
import { tell } from "../abi/told";
import { RETURN_AREA } from "../../src/image/layout";
import { REFUSED_BY_ALL, REFUSED_METHOD, REFUSED_URL, REFUSED_VARIABLE } from "../../src/image/trace-layout";
import { authorityOf, authorityOfLater, methodOf, methodOfLater, pathOf, pathOfLater, schemeOf, schemeOfLater } from "./host";
import { HTTP, HTTPS, OTHER_METHOD, readAddress, ROOT } from "./rule";
import { isAddressAllowed, isMethodAllowed } from "./rules";
import { areThere } from "./variables";

/** What is known of a request. */
const METHOD: usize = RETURN_AREA;
const SCHEME: usize = RETURN_AREA + 16;
const AUTHORITY: usize = RETURN_AREA + 32;
const PATH: usize = RETURN_AREA + 48;

/** Of WASI 0.2, or a later one. */
@inline
export function tellRequest(request: usize, isLater: bool, hasVariables: bool): void {
  if (hasVariables && !areThere()) tell(REFUSED_VARIABLE, 0, 0, 0, 0, 0, 0, 0);
  if (isLater) {
    methodOfLater(request, METHOD);
    schemeOfLater(request, SCHEME);
    authorityOfLater(request, AUTHORITY);
    pathOfLater(request, PATH);
  } else {
    methodOf(request, METHOD);
    schemeOf(request, SCHEME);
    authorityOf(request, AUTHORITY);
    pathOf(request, PATH);
  }
  tellKnown();
}

function tellKnown(): void {
  const method: u32 = load<u8>(METHOD);
  const name: usize = load<u32>(METHOD, 4);
  const nameLength: usize = method < OTHER_METHOD ? 0 : load<u32>(METHOD, 8);
  const scheme = load<u8>(SCHEME) ? min(<u32>load<u8>(SCHEME, 4), HTTPS + 1) : HTTPS + 1;
  const authority: usize = load<u32>(AUTHORITY, 4);
  const authorityLength: usize = load<u8>(AUTHORITY) ? load<u32>(AUTHORITY, 8) : 0;
  let path: usize = load<u32>(PATH, 4);
  let pathLength: usize = load<u8>(PATH) ? load<u32>(PATH, 8) : 0;
  if (!pathLength) {
    path = arena.allocate(1, 1);
    store<u8>(path, ROOT);
    pathLength = 1;
  }
  let kind = REFUSED_URL;
  if (scheme > HTTPS || !readAddress(scheme != HTTP, authority, authorityLength, path, pathLength)) kind = REFUSED_BY_ALL;
  else if (isAddressAllowed(scheme != HTTP, authority, authorityLength, path, pathLength)) kind = REFUSED_METHOD;
  // No other method makes a difference to what no rule could allow.
  if (kind != REFUSED_METHOD) tell(kind + scheme, method, name, nameLength, authority, authorityLength, path, pathLength);
  if (kind != REFUSED_BY_ALL && !isMethodAllowed(method, name, load<u32>(METHOD, 8)))
    tell(REFUSED_METHOD + scheme, method, name, nameLength, authority, authorityLength, path, pathLength);
}
