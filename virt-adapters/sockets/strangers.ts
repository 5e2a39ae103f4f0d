// Who has sent a datagram that is dropped, told to whoever prints it.

import { tell } from "../abi/told";
import { REFUSED_FROM } from "../../src/image/trace-layout";
import { putSocketAddress, WANTED } from "./address";

/** `at` is where the address lies. */
export function tellStranger(at: usize): void {
  tell(REFUSED_FROM, putSocketAddress(at), WANTED, 16, 0, 0, 0, 0);
}
