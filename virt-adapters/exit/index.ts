// wasi:cli/exit with a code that is fixed: whatever the program says, this is how it ends. Variants: `__ok` and `__err` say
// what `exit` has words for, codes 0 and 1; `__code` says the image's, to a host that has `exit-with-code`.

import { EXIT_CODE } from "../../src/image/layout";

const OK: i32 = 0;
const ERR: i32 = 1;

@external("wasi:cli/exit", "exit")
declare function exit(status: i32): void;
@external("wasi:cli/exit", "exit-with-code")
declare function exitWithCode(code: u32): void;

export function cli_exit__exit__ok(_status: i32): void {
  exit(OK);
  unreachable();
}

export function cli_exit__exit__err(_status: i32): void {
  exit(ERR);
  unreachable();
}

export function cli_exit__exit__code(_status: i32): void {
  exitWithCode(load<u8>(EXIT_CODE));
  unreachable();
}

export function cli_exit__exit_with_code__ok(_code: u32): void {
  exit(OK);
  unreachable();
}

export function cli_exit__exit_with_code__err(_code: u32): void {
  exit(ERR);
  unreachable();
}

export function cli_exit__exit_with_code__code(_code: u32): void {
  exitWithCode(load<u8>(EXIT_CODE));
  unreachable();
}
