/**
 * Programs of WASI 0.3 that wait by `wait-for` of its monotonic clock, in both ways in which programs call asynchronous functions: one
 * waits for each call, the other begins three, waits until the two shorter ones are over, and cancels the longest.
 */
import { parse } from "@bytecodealliance/jco";

const IMPORT = `(import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock (export "wait-for" (func async (param "how-long" u64)))))`;
const EXPORT = `(instance $api (export "run" (func $run))) (export "wasi:cli/run@0.3.0" (instance $api))`;

export const oneAfterTheOther = (): Promise<Uint8Array> =>
  parse(`(component ${IMPORT}
    (core func $wait-for (canon lower (func $clock "wait-for")))
    (core instance $functions (export "wait-for" (func $wait-for)))
    (core module $m
      (import "" "wait-for" (func $wait-for (param i64)))
      (func (export "run") (result i32)
        (call $wait-for (i64.const 2000000))
        (call $wait-for (i64.const 1000000))
        (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance $functions))))
    (type $result (result))
    (func $run async (result $result) (canon lift (core func $i "run")))
    ${EXPORT})`);

export const together = (): Promise<Uint8Array> =>
  parse(`(component ${IMPORT}
    (type $result (result))
    (core func $wait-for (canon lower (func $clock "wait-for") async))
    (core func $return (canon task.return (result $result)))
    (core func $new-set (canon waitable-set.new))
    (core func $join (canon waitable.join))
    (core func $drop (canon subtask.drop))
    (core func $cancel (canon subtask.cancel))
    (core instance $functions
      (export "wait-for" (func $wait-for)) (export "return" (func $return)) (export "new-set" (func $new-set))
      (export "join" (func $join)) (export "drop" (func $drop)) (export "cancel" (func $cancel)))
    (core module $m
      (import "" "wait-for" (func $wait-for (param i64) (result i32)))
      (import "" "return" (func $return (param i32)))
      (import "" "new-set" (func $new-set (result i32)))
      (import "" "join" (func $join (param i32 i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "cancel" (func $cancel (param i32) (result i32)))
      (global $left (mut i32) (i32.const 2))
      (global $set (mut i32) (i32.const 0))
      (global $longest (mut i32) (i32.const 0))
      (; Gives 0 if it is over already, as short ones may be. ;)
      (func $begin (param $how-long i64) (result i32)
        (local $status i32)
        (local.set $status (call $wait-for (local.get $how-long)))
        (if (i32.eq (i32.and (local.get $status) (i32.const 15)) (i32.const 2)) (then (return (i32.const 0))))
        (call $join (i32.shr_u (local.get $status) (i32.const 4)) (global.get $set))
        (i32.shr_u (local.get $status) (i32.const 4)))
      (func $go-on (result i32)
        (if (global.get $left) (then (return (i32.or (i32.shl (global.get $set) (i32.const 4)) (i32.const 2)))))
        (if (global.get $longest) (then
          (call $join (global.get $longest) (i32.const 0))
          (drop (call $cancel (global.get $longest)))
          (call $drop (global.get $longest))))
        (call $return (i32.const 0))
        (i32.const 0))
      (func (export "run") (result i32)
        (global.set $set (call $new-set))
        (if (i32.eqz (call $begin (i64.const 2000000))) (then (global.set $left (i32.sub (global.get $left) (i32.const 1)))))
        (global.set $longest (call $begin (i64.const 500000000)))
        (if (i32.eqz (call $begin (i64.const 1000000))) (then (global.set $left (i32.sub (global.get $left) (i32.const 1)))))
        (call $go-on))
      (func (export "callback") (param $event i32) (param $subtask i32) (param $status i32) (result i32)
        (if (i32.eq (local.get $status) (i32.const 2)) (then
          (call $drop (local.get $subtask))
          (if (i32.eq (local.get $subtask) (global.get $longest))
            (then (global.set $longest (i32.const 0)))
            (else (global.set $left (i32.sub (global.get $left) (i32.const 1)))))))
        (call $go-on)))
    (core instance $i (instantiate $m (with "" (instance $functions))))
    (func $run async (result $result) (canon lift (core func $i "run") async (callback (core func $i "callback"))))
    ${EXPORT})`);
