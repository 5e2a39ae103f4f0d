;; Uses files by WASI 0.2 directly, many times in a call, so that the host's clock around the call measures
;; WASI and nothing else. Wants a preopen with `large.bin` and `src/lib/main.c`. Traps on any error.
;; Every exported function begins with an empty heap, so memory never grows by what the guest does.

(module
  (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $get-directories (param i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.stat-at" (func $stat-at (param i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.open-at" (func $open-at (param i32 i32 i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.read" (func $read (param i32 i64 i64 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.read-via-stream" (func $read-via-stream (param i32 i64 i32)))
  (import "wasi:filesystem/types@0.2.12" "[resource-drop]descriptor" (func $drop-descriptor (param i32)))
  (import "wasi:io/streams@0.2.12" "[method]input-stream.blocking-read" (func $blocking-read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]input-stream" (func $drop-stream (param i32)))

  ;; 0 result area, 256 names, 1024 heap
  (memory (export "memory") 3)
  (global $heap (mut i32) (i32.const 1024))
  (global $root (mut i32) (i32.const 0))
  (global $large (mut i32) (i32.const 0))
  (data (i32.const 256) "src/lib/main.c")
  (data (i32.const 272) "large.bin")

  ;; 16-byte aligned; nothing is ever given back but by `reset`.
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (local.get $block))

  (func $reset (global.set $heap (i32.const 1024)))

  ;; Traps unless the result area holds `ok`.
  (func $check (if (i32.load8_u (i32.const 0)) (then unreachable)))

  (func $open (param $name i32) (param $length i32) (result i32)
    (call $open-at (global.get $root) (i32.const 0) (local.get $name) (local.get $length) (i32.const 0) (i32.const 1) (i32.const 0))
    (call $check)
    (i32.load (i32.const 4)))

  ;; Opens what the others use. Handles stay, the list of preopens does not.
  (func (export "start")
    (call $reset)
    (call $get-directories (i32.const 0))
    (global.set $root (i32.load (i32.load (i32.const 0))))
    (global.set $large (call $open (i32.const 272) (i32.const 9))))

  (func (export "stat") (param $count i32)
    (loop $again
      (call $stat-at (global.get $root) (i32.const 1) (i32.const 256) (i32.const 14) (i32.const 0))
      (call $check)
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  (func (export "open") (param $count i32)
    (loop $again
      (call $drop-descriptor (call $open (i32.const 256) (i32.const 14)))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; Reads the large file from one stream, `count` pieces of `length` bytes at most; starts again at its end.
  (func (export "stream") (param $count i32) (param $length i32) (result i64)
    (local $stream i32) (local $sum i64)
    (loop $file
      (call $read-via-stream (global.get $large) (i64.const 0) (i32.const 0))
      (call $check)
      (local.set $stream (i32.load (i32.const 4)))
      (block $end
        (loop $piece
          (call $reset)
          (br_if $end (i32.eqz (local.get $count)))
          (call $blocking-read (local.get $stream) (i64.extend_i32_u (local.get $length)) (i32.const 0))
          (if (i32.load8_u (i32.const 0))
            (then
              ;; 1 is `closed`
              (if (i32.ne (i32.load8_u (i32.const 4)) (i32.const 1)) (then unreachable))
              (br $end)))
          (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.const 8))))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $piece)))
      (call $drop-stream (local.get $stream))
      (br_if $file (local.get $count)))
    (local.get $sum))

  ;; Reads `count` times `length` bytes of the large file, at offsets that go round its first 16 MiB.
  (func (export "read") (param $count i32) (param $length i32) (result i64)
    (local $offset i32) (local $sum i64)
    (loop $again
      (call $reset)
      (call $read (global.get $large) (i64.extend_i32_u (local.get $length)) (i64.extend_i32_u (local.get $offset)) (i32.const 0))
      (call $check)
      (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.const 8))))
      (local.set $offset (i32.and (i32.add (local.get $offset) (local.get $length)) (i32.const 0xffffff)))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $sum))
)
