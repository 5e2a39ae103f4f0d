;; Calls wasi:cli/environment get-environment, as often as it is asked to.

(module
  (import "wasi:cli/environment@0.2.12" "get-environment" (func $get-environment (param i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $block))
  ;; The number of variables in all answers together.
  (func (export "variables") (param $count i32) (result i32)
    (local $found i32)
    (loop $next
      (if (local.get $count)
        (then
          (global.set $heap (i32.const 1024))
          (call $get-environment (i32.const 0))
          (local.set $found (i32.add (local.get $found) (i32.load (i32.const 4))))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next))))
    (local.get $found)))
