;; Calls functions of an interface of which some mention streams, many times in a call: one that does not, and
;; one that does, with an answer and with an error. The host answers without asking its system, so that little
;; is measured but the call. Wants a preopen with `large.bin`.

(module
  (import "wasi:cli/stdin@0.2.12" "get-stdin" (func $get-stdin (result i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]input-stream" (func $drop-stream (param i32)))
  (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $get-directories (param i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.get-type" (func $get-type (param i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.open-at" (func $open-at (param i32 i32 i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.read-via-stream" (func $read-via-stream (param i32 i64 i32)))

  ;; 0 result area, 256 a name, 1024 the list of preopens and their names
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 1024))
  (global $root (mut i32) (i32.const 0))
  (global $file (mut i32) (i32.const 0))
  (data (i32.const 256) "large.bin")

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (local.get $block))

  (func (export "start")
    (call $drop-stream (call $get-stdin))
    (call $get-directories (i32.const 0))
    (global.set $root (i32.load (i32.load (i32.const 0))))
    (call $open-at (global.get $root) (i32.const 0) (i32.const 256) (i32.const 9) (i32.const 0) (i32.const 1) (i32.const 0))
    (if (i32.load8_u (i32.const 0)) (then unreachable))
    (global.set $file (i32.load (i32.const 4))))

  ;; Traps unless it is told a type.
  (func (export "untouched") (param $count i32)
    (loop $again
      (call $get-type (global.get $root) (i32.const 0))
      (if (i32.load8_u (i32.const 0)) (then unreachable))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  (func (export "shimmed") (param $count i32)
    (loop $again
      (call $read-via-stream (global.get $file) (i64.const 0) (i32.const 0))
      (if (i32.load8_u (i32.const 0)) (then unreachable))
      (call $drop-stream (i32.load (i32.const 4)))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; A directory has no bytes to read. jco gives a stream of it all the same.
  (func (export "refused") (param $count i32)
    (loop $again
      (call $read-via-stream (global.get $root) (i64.const 0) (i32.const 0))
      (if (i32.eqz (i32.load8_u (i32.const 0))) (then (call $drop-stream (i32.load (i32.const 4)))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
)
