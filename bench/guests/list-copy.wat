;; What a host needs to hand a list from one component to another, and nothing else: one component whose
;; functions only return an address in its memory, or take a list and leave it, beside one that calls them.
;; Lists go through 16 or 64 MiB in turn, as in the files that it is compared with. The results are those of
;; `blocking-read` and `read`, and of `write`.

(component
  (component $source
    (core module $m
      ;; 0 result area, 65536 contents
      (memory (export "memory") 1025)
      (global $next (mut i32) (i32.const 0))
      (global $free (mut i32) (i32.const 0))
      (func $fill (memory.fill (i32.const 65536) (i32.const 0x5a) (i32.const 0x1000000)))
      (start $fill)
      (func (export "pull") (param $length i64) (result i32)
        (i32.store8 (i32.const 0) (i32.const 0))
        (i32.store (i32.const 4) (i32.add (i32.const 65536) (global.get $next)))
        (i32.store (i32.const 8) (i32.wrap_i64 (local.get $length)))
        (global.set $next (i32.and (i32.add (global.get $next) (i32.wrap_i64 (local.get $length))) (i32.const 0xffffff)))
        (i32.const 0))
      (func (export "realloc") (param i32 i32 i32) (param $length i32) (result i32)
        (local $at i32)
        (local.set $at (i32.add (i32.const 65536) (global.get $free)))
        (global.set $free (i32.and (i32.add (global.get $free) (local.get $length)) (i32.const 0x3ffffff)))
        (local.get $at))
      (func (export "push") (param $list i32) (param $length i32) (result i32)
        (i32.store8 (i32.const 0) (i32.const 0))
        (i32.const 0)))
    (core instance $i (instantiate $m))
    (type $error (variant (case "failed" u32) (case "closed")))
    (export $e "error" (type $error))
    (func (export "push") (param "contents" (list u8)) (result (result (error $e)))
      (canon lift (core func $i "push") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (func (export "pull") (param "length" u64) (result (result (list u8) (error $e)))
      (canon lift (core func $i "pull") (memory (core memory $i "memory")))))

  (component $caller
    (type $error (variant (case "failed" u32) (case "closed")))
    (import "error" (type $e (eq $error)))
    (import "pull" (func $pull (param "length" u64) (result (result (list u8) (error $e)))))
    (import "push" (func $push (param "contents" (list u8)) (result (result (error $e)))))
    (core module $libc
      (memory (export "memory") 3)
      ;; One list at a time, always at the same place.
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
    (core instance $libc (instantiate $libc))
    (core func $pull (canon lower (func $pull) (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
    (core func $push (canon lower (func $push) (memory (core memory $libc "memory"))))
    (core module $m
      (import "host" "pull" (func $pull (param i64 i32)))
      (import "host" "push" (func $push (param i32 i32 i32)))
      (import "libc" "memory" (memory 3))
      (func (export "copy") (param $count i32) (param $length i32) (result i64)
        (local $sum i64)
        (loop $again
          (call $pull (i64.extend_i32_u (local.get $length)) (i32.const 0))
          (if (i32.load8_u (i32.const 0)) (then unreachable))
          (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.const 8))))
          (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (local.get $sum))
      (func (export "give") (param $count i32) (param $length i32) (result i64)
        (local $sum i64)
        (loop $again
          (call $push (i32.const 1024) (local.get $length) (i32.const 0))
          (if (i32.load8_u (i32.const 0)) (then unreachable))
          (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $length))))
          (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (local.get $sum)))
    (core instance $i (instantiate $m
      (with "host" (instance (export "pull" (func $pull)) (export "push" (func $push))))
      (with "libc" (instance $libc))))
    (func (export "copy") (param "count" u32) (param "length" u32) (result u64)
      (canon lift (core func $i "copy")))
    (func (export "give") (param "count" u32) (param "length" u32) (result u64)
      (canon lift (core func $i "give"))))

  (instance $source (instantiate $source))
  (instance $caller (instantiate $caller (with "error" (type $source "error")) (with "pull" (func $source "pull")) (with "push" (func $source "push"))))
  (export "copy" (func $caller "copy"))
  (export "give" (func $caller "give")))
