;; Writes files by WASI 0.2 directly, as files.wat reads them. Wants a preopen that it may write to, and leaves
;; there what it wrote: a file `large.bin`, and from `create` to `delete` files named f000000 and so on. Traps on
;; any error.

(module
  (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $get-directories (param i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.open-at" (func $open-at (param i32 i32 i32 i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.unlink-file-at" (func $unlink-file-at (param i32 i32 i32 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.write" (func $write (param i32 i32 i32 i64 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.write-via-stream" (func $write-via-stream (param i32 i64 i32)))
  (import "wasi:filesystem/types@0.2.12" "[method]descriptor.read-via-stream" (func $read-via-stream (param i32 i64 i32)))
  (import "wasi:filesystem/types@0.2.12" "[resource-drop]descriptor" (func $drop-descriptor (param i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.check-write" (func $check-write (param i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.write" (func $stream-write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-flush" (func $blocking-flush (param i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop-output (param i32)))
  (import "wasi:io/streams@0.2.12" "[method]input-stream.blocking-read" (func $blocking-read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]input-stream" (func $drop-input (param i32)))

  ;; 0 result area, 256 names, 1024 heap, 131072 what is written
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 1024))
  (global $root (mut i32) (i32.const 0))
  (data (i32.const 256) "large.bin")
  (data (i32.const 272) "f000000")

  (func $fill (memory.fill (i32.const 131072) (i32.const 0x5a) (i32.const 65536)))
  (start $fill)

  ;; 16-byte aligned; nothing is ever given back but by `reset`.
  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 15)) (i32.const -16)))
    (local.get $block))

  (func $reset (global.set $heap (i32.const 1024)))

  ;; Traps unless the result area holds `ok`.
  (func $check (if (i32.load8_u (i32.const 0)) (then unreachable)))

  (func (export "start")
    (call $reset)
    (call $get-directories (i32.const 0))
    (global.set $root (i32.load (i32.load (i32.const 0)))))

  ;; open-flags: 1 create, 8 truncate; descriptor-flags: 1 read, 2 write
  (func $open (param $name i32) (param $length i32) (param $how i32) (param $flags i32) (result i32)
    (call $open-at (global.get $root) (i32.const 0) (local.get $name) (local.get $length) (local.get $how) (local.get $flags) (i32.const 0))
    (call $check)
    (i32.load (i32.const 4)))

  ;; A new file, written by one stream: `count` pieces of `length` bytes.
  (func (export "write-stream") (param $count i32) (param $length i32) (result i64)
    (local $file i32) (local $stream i32) (local $sum i64)
    (local.set $file (call $open (i32.const 256) (i32.const 9) (i32.const 9) (i32.const 2)))
    (call $write-via-stream (local.get $file) (i64.const 0) (i32.const 0))
    (call $check)
    (local.set $stream (i32.load (i32.const 4)))
    (loop $again
      (call $check-write (local.get $stream) (i32.const 0))
      (call $check)
      (if (i64.lt_u (i64.load (i32.const 8)) (i64.extend_i32_u (local.get $length))) (then unreachable))
      (call $stream-write (local.get $stream) (i32.const 131072) (local.get $length) (i32.const 0))
      (call $check)
      (call $blocking-flush (local.get $stream) (i32.const 0))
      (call $check)
      (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $length))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (call $drop-output (local.get $stream))
    (call $drop-descriptor (local.get $file))
    (local.get $sum))

  ;; Reads the same file by one stream, `count` pieces of `length` bytes at most.
  (func (export "read-stream") (param $count i32) (param $length i32) (result i64)
    (local $file i32) (local $stream i32) (local $sum i64)
    (local.set $file (call $open (i32.const 256) (i32.const 9) (i32.const 0) (i32.const 1)))
    (call $read-via-stream (local.get $file) (i64.const 0) (i32.const 0))
    (call $check)
    (local.set $stream (i32.load (i32.const 4)))
    (loop $again
      (call $reset)
      (call $blocking-read (local.get $stream) (i64.extend_i32_u (local.get $length)) (i32.const 0))
      (call $check)
      (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.const 8))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (call $drop-input (local.get $stream))
    (call $drop-descriptor (local.get $file))
    (local.get $sum))

  ;; Writes `count` times `length` bytes, at most 64 KB, at multiples of it within the first 64 MiB of the file.
  (func (export "write-at-random") (param $count i32) (param $length i32) (result i64)
    (local $file i32) (local $seed i32) (local $sum i64)
    (local.set $file (call $open (i32.const 256) (i32.const 9) (i32.const 0) (i32.const 2)))
    (loop $again
      ;; a linear congruential generator
      (local.set $seed (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
      (call $write (local.get $file) (i32.const 131072) (local.get $length)
        (i64.extend_i32_u (i32.mul
          (i32.div_u (i32.shr_u (local.get $seed) (i32.const 6)) (local.get $length))
          (local.get $length)))
        (i32.const 0))
      (call $check)
      (local.set $sum (i64.add (local.get $sum) (i64.load (i32.const 8))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (call $drop-descriptor (local.get $file))
    (local.get $sum))

  ;; Six digits behind the f.
  (func $name (param $number i32)
    (local $at i32)
    (local.set $at (i32.const 278))
    (loop $digit
      (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
      (br_if $digit (i32.gt_u (local.tee $at (i32.sub (local.get $at) (i32.const 1))) (i32.const 272)))))

  (func (export "create") (param $count i32)
    (loop $again
      (call $name (local.tee $count (i32.sub (local.get $count) (i32.const 1))))
      ;; 5: it must be new
      (call $drop-descriptor (call $open (i32.const 272) (i32.const 7) (i32.const 5) (i32.const 2)))
      (br_if $again (local.get $count))))

  (func (export "delete") (param $count i32)
    (loop $again
      (call $name (local.tee $count (i32.sub (local.get $count) (i32.const 1))))
      (call $unlink-file-at (global.get $root) (i32.const 272) (i32.const 7) (i32.const 0))
      (call $check)
      (br_if $again (local.get $count))))
)
