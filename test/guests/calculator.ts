/** A library with a function of its own and an interface, for calls from outside. */
import { parse } from "@bytecodealliance/jco";

export const calculator = (): Promise<Uint8Array> =>
  parse(`(component
    (core module $m
      (memory (export "m") 1)
      (data (i32.const 24) "\\01\\00\\00\\00\\28\\00\\00\\00\\07") (data (i32.const 40) "by zero")
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "divide") (param i32 i32) (result i32)
        (if (i32.eqz (local.get 1)) (then (return (i32.const 24))))
        (i32.store (i32.const 12) (i32.div_s (local.get 0) (local.get 1)))
        (i32.const 8))
      (func (export "length") (param i32 i32) (result i32) (local.get 1)))
    (core instance $i (instantiate $m))
    (alias core export $i "m" (core memory $memory))
    (func $add (param "left" s32) (param "right" s32) (result s32) (canon lift (core func $i "add")))
    (func $divide (param "left" s32) (param "right" s32) (result (result s32 (error string)))
      (canon lift (core func $i "divide") (memory $memory)))
    (func $length (param "text" string) (result u32)
      (canon lift (core func $i "length") (memory $memory) (realloc (core func $i "realloc"))))
    (instance $text (export "length" (func $length)))
    (export "add" (func $add))
    (export "divide" (func $divide))
    (export "acme:calc/text@1.0.0" (instance $text)))`);
