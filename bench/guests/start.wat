;; What an instance does that lives for one call: finds its preopen, which has `large.bin`, and uses it. Traps on any error.

(module
  (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $get-directories (param i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.open-at" (func $open-at (param i32 i32 i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.get-type" (func $get-type (param i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.stat-at" (func $stat-at (param i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.read" (func $read (param i32 i64 i64 i32)))

  ;; 0 result area, 256 the name, 1024 lists that come in, one after the other
  (memory (export "memory") 3)
  (data (i32.const 256) "large.bin")

  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (local.get $block))

  (func $check (if (i32.load8_u (i32.const 0)) (then unreachable)))

  (func $root (result i32)
    (call $get-directories (i32.const 0))
    (i32.load (i32.load (i32.const 0))))

  (func $file (result i32)
    (call $open-at (call $root) (i32.const 0) (i32.const 256) (i32.const 9) (i32.const 0) (i32.const 1) (i32.const 0))
    (call $check)
    (i32.load (i32.const 4)))

  (func (export "open") (drop (call $file)))

  (func (export "get-type") (param $count i32)
    (local $root i32)
    (local.set $root (call $root))
    (loop $again
      (call $get-type (local.get $root) (i32.const 0))
      (call $check)
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  (func (export "stat-at") (param $count i32)
    (local $root i32)
    (local.set $root (call $root))
    (loop $again
      (call $stat-at (local.get $root) (i32.const 0) (i32.const 256) (i32.const 9) (i32.const 0))
      (call $check)
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; Reads the file from its start, `length` bytes, 64 KB at a time, and gives how many bytes there were.
  (func (export "read") (param $length i64) (result i64)
    (local $file i32) (local $at i64)
    (local.set $file (call $file))
    (loop $again
      (global.set $heap (i32.const 1024))
      (call $read (local.get $file) (i64.const 65536) (local.get $at) (i32.const 0))
      (call $check)
      (local.set $at (i64.add (local.get $at) (i64.load32_u (i32.const 8))))
      (br_if $again (i64.lt_u (local.get $at) (local.get $length))))
    (local.get $at))
)
