// The end of a call's use of the arena (../abi/arena.ts), and of what else was had only for it.

import { empty } from "../abi/arena";
import { OVERLAY, WRITABLE } from "../abi/features";
import { closeGap } from "../files/blocks";
import { letGo } from "../files/lower-lookup";

@inline
export function reset(): void {
  if (OVERLAY) letGo();
  if (WRITABLE) closeGap();
  else empty();
}
