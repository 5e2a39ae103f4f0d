// clock_res_get and clock_time_get.

import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import { BADF, FAULT, INVAL, OVERFLOW, SUCCESS } from "./errno";
import { monotonicNow, monotonicResolution, wallNow, wallResolution } from "./host";
import { MONOTONIC, REALTIME, SECOND, THREAD, datetime } from "./time";

export function preview1__clock_res_get(clock: u32, result: usize): u32 {
  if (clock > MONOTONIC) return clock > THREAD ? INVAL : BADF;
  if (!app.holds(result, 8)) return FAULT;
  if (clock == REALTIME) {
    wallResolution(RETURN_AREA);
    return writeDatetime(result);
  }
  app.store64(result, monotonicResolution());
  return SUCCESS;
}

export function preview1__clock_time_get(clock: u32, _precision: u64, result: usize): u32 {
  if (clock > MONOTONIC) return clock > THREAD ? INVAL : BADF;
  if (!app.holds(result, 8)) return FAULT;
  if (clock == REALTIME) {
    wallNow(RETURN_AREA);
    return writeDatetime(result);
  }
  app.store64(result, monotonicNow());
  return SUCCESS;
}

/** That in the return area. */
function writeDatetime(result: usize): u32 {
  const seconds = load<u64>(RETURN_AREA);
  if (seconds >= u64.MAX_VALUE / SECOND) return OVERFLOW;
  app.store64(result, datetime());
  return SUCCESS;
}
