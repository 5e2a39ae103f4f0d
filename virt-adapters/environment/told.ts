// The same with each of the host's variables told that is kept back, by its name (`__told`): once, because a program may ask for its
// variables often. A variable that the image fixes is not the host's in any case.

import { entryOf, isLike, isLikeAny, PAIR, STRING } from "../abi/strings";
import { tell } from "../abi/told";
import { DENIED_NAMES, HOST_NAMES, NEW_NAMES, RENAMES, RETURN_AREA, VARIABLES } from "../../src/image/layout";
import { REFUSED_ENV_DENIED, REFUSED_ENV_REPLACED, REFUSED_ENV_UNNAMED } from "../../src/image/trace-layout";
import { getEnvironment } from "./host";

let isOver: bool = false;

export function tellVariables(): void {
  if (isOver) return;
  isOver = true;
  getEnvironment(RETURN_AREA);
  let variable: usize = load<u32>(RETURN_AREA);
  for (const end = variable + <usize>load<u32>(RETURN_AREA, 4) * PAIR; variable < end; variable += PAIR) {
    if (!entryOf(VARIABLES, PAIR, variable)) tellKept(variable);
  }
}

/** Another one has its name, or the first rule that keeps it back. */
function tellKept(variable: usize): void {
  if (entryOf(NEW_NAMES, STRING, variable) && !entryOf(RENAMES, PAIR, variable)) tellName(REFUSED_ENV_REPLACED, variable, 0);
  else if (load<u32>(HOST_NAMES) && !isLikeAny(HOST_NAMES, variable)) tellName(REFUSED_ENV_UNNAMED, variable, 0);
  else {
    let pattern: usize = load<u32>(DENIED_NAMES);
    for (const end = pattern + <usize>load<u32>(DENIED_NAMES, 4) * STRING; pattern < end; pattern += STRING) {
      if (isLike(pattern, variable)) return tellName(REFUSED_ENV_DENIED, variable, pattern);
    }
  }
}

function tellName(kind: u32, name: usize, pattern: usize): void {
  tell(kind, 0, load<u32>(name), load<u32>(name, 4), pattern ? load<u32>(pattern) : 0, pattern ? load<u32>(pattern, 4) : 0, 0, 0);
}
