(component
  (import "log" (func $log (param "message" string)))
  (import "level" (type $level (sub resource)))
  (import "open" (func (param "level" (borrow $level))))
  (import "wasi:random/random@0.2.0" (instance
    (export "get-random-u64" (func (result u64)))))
  (core module $m
    (func (export "run") (result i32) i32.const 42))
  (core instance $i (instantiate $m))
  (alias core export $i "run" (core func $run))
  (func $answer (result u32) (canon lift (core func $run)))
  (export "answer" (func $answer))
  (instance $api (export "answer" (func $answer)))
  (export "acme:kit/api@1.0.0" (instance $api)))
