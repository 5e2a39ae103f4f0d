;; Imports wasi:cli/environment and nothing else: what an app costs that wants no more.

(module
  (import "wasi:cli/environment@0.2.12" "get-environment" (func $get-environment (param i32)))
  (import "wasi:cli/environment@0.2.12" "get-arguments" (func $get-arguments (param i32)))
  (import "wasi:cli/environment@0.2.12" "initial-cwd" (func $initial-cwd (param i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (local.get $block))
  (func (export "arguments") (result i32)
    (call $get-environment (i32.const 0))
    (call $initial-cwd (i32.const 0))
    (call $get-arguments (i32.const 0))
    (i32.load (i32.const 4))))
