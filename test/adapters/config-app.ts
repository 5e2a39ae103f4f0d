/** Commands that print what `wasi:config` answers: for each of these keys `key=value`, `key?` for none and `key!` for an error; then all pairs. */
import { parse } from "@bytecodealliance/jco";

export interface Draft {
  readonly name: string;
  /** Without a `result` around what is answered. */
  readonly isBare?: boolean;
  /** The error's type, as the text format of components has it. */
  readonly error?: string;
  /** What stands before the types of both functions. */
  readonly async?: "async ";
}

/** Of two drafts, as they are called and typed. */
export const STORE: Draft = { name: "wasi:config/store@0.2.0-rc.1" };
export const RUNTIME: Draft = { name: "wasi:config/runtime@0.2.0-draft" };

const ERROR = `(variant (case "upstream" string) (case "io" string))`;
const KEYS_AT = 256;

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");

/** Of one interface of the app's: what it imports, its core functions, and the code that asks them. */
function interfaceText(
  { name, isBare = false, error = ERROR, async = undefined }: Draft,
  keys: readonly string[],
  id: number,
): readonly string[] {
  const value = (type: string): string => (isBare ? type : `(result ${type} (error $e))`);
  const kind = async === undefined ? "func" : "func async";
  const places = keys.map((key, i) => ({ at: KEYS_AT + keys.slice(0, i).join("").length, length: Buffer.byteLength(key) }));
  return [
    `(import "${name}" (instance $config${id}
      (type $e' ${error}) (export "error" (type $e (eq $e')))
      (export "get" (${kind} (param "key" string) (result ${value("(option string)")})))
      (export "get-all" (${kind} (result ${value("(list (tuple string string))")})))))`,
    `(core func $get${id} (canon lower (func $config${id} "get") (memory (core memory $store "m")) (realloc (core func $store "realloc"))))
    (core func $all${id} (canon lower (func $config${id} "get-all") (memory (core memory $store "m")) (realloc (core func $store "realloc"))))`,
    `(export "get${id}" (func $get${id})) (export "all${id}" (func $all${id}))`,
    `(import "" "get${id}" (func $get${id} (param i32 i32 i32)))
    (import "" "all${id}" (func $all${id} (param i32)))`,
    [
      ...places.map(
        ({ at, length }) =>
          `(call $get${id} (i32.const ${at}) (i32.const ${length}) (i32.const 16))
          (call $value (i32.const ${at}) (i32.const ${length}) (i32.const ${isBare ? 0 : 4}))`,
      ),
      `(call $all${id} (i32.const 16)) (call $values (i32.const ${isBare ? 0 : 4}))`,
    ].join("\n"),
  ];
}

export function configApp(drafts: readonly Draft[], keys: readonly string[]): Promise<Uint8Array> {
  const texts = drafts.map((draft, i) => interfaceText(draft, keys, i));
  const all = (part: number): string => texts.map((each) => each[part]).join("\n");
  return parse(`(component
    ${all(0)}
    (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
    (alias export $errors "error" (type $error))
    (import "wasi:io/streams@0.2.0" (instance $streams
      (export "output-stream" (type $output (sub resource)))
      (alias outer 1 $error (type $error'))
      (export "error" (type $error (eq $error')))
      (type $stream-error' (variant (case "last-operation-failed" (own $error)) (case "closed")))
      (export "stream-error" (type $stream-error (eq $stream-error')))
      (export "[method]output-stream.blocking-write-and-flush" (func (param "self" (borrow $output))
        (param "contents" (list u8)) (result (result (error $stream-error)))))))
    (alias export $streams "output-stream" (type $output))
    (import "wasi:cli/stdout@0.2.0" (instance $stdout
      (alias outer 1 $output (type $output'))
      (export "output-stream" (type $output (eq $output')))
      (export "get-stdout" (func (result (own $output))))))
    (core module $store
      (memory (export "m") 2)
      (global $end (mut i32) (i32.const 65536))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $end (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
        (global.get $end) (global.set $end (i32.add (global.get $end) (local.get 3)))))
    (core instance $store (instantiate $store))
    ${all(1)}
    (core func $stdout (canon lower (func $stdout "get-stdout")))
    (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory (core memory $store "m"))))
    (core instance $functions ${all(2)} (export "stdout" (func $stdout)) (export "write" (func $write)))
    (core module $m
      (import "store" "m" (memory 2))
      ${all(3)}
      (import "" "stdout" (func $stdout (result i32)))
      (import "" "write" (func $write (param i32 i32 i32 i32)))
      (data (i32.const ${KEYS_AT}) "${hex(keys.join(""))}")
      (data (i32.const 128) "=?!:\\n")
      (global $end (mut i32) (i32.const 1024))
      (func $put (param $at i32) (param $length i32)
        (memory.copy (global.get $end) (local.get $at) (local.get $length))
        (global.set $end (i32.add (global.get $end) (local.get $length))))
      (func $mark (param $which i32) (call $put (i32.add (i32.const 128) (local.get $which)) (i32.const 1)))
      (func $text (param $at i32) (call $put (i32.load (local.get $at)) (i32.load offset=4 (local.get $at))))
      (func $failed (param $offset i32) (result i32) (i32.and (i32.ne (local.get $offset) (i32.const 0)) (i32.load8_u (i32.const 16))))
      (func $value (param $key i32) (param $length i32) (param $offset i32)
        (call $put (local.get $key) (local.get $length))
        (if (call $failed (local.get $offset)) (then (call $mark (i32.const 2)))
          (else (if (i32.load8_u offset=16 (local.get $offset))
            (then (call $mark (i32.const 0)) (call $text (i32.add (local.get $offset) (i32.const 20))))
            (else (call $mark (i32.const 1))))))
        (call $mark (i32.const 4)))
      (func $values (param $offset i32) (local $at i32) (local $end i32)
        (if (call $failed (local.get $offset)) (then (call $mark (i32.const 2)) (call $mark (i32.const 4)) (return)))
        (local.set $at (i32.load offset=16 (local.get $offset)))
        (local.set $end (i32.add (local.get $at) (i32.mul (i32.load offset=20 (local.get $offset)) (i32.const 16))))
        (loop $next
          (if (i32.lt_u (local.get $at) (local.get $end)) (then
            (call $text (local.get $at)) (call $mark (i32.const 3)) (call $text (i32.add (local.get $at) (i32.const 8)))
            (call $mark (i32.const 4))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br $next)))))
      (func (export "run") (result i32)
        ${all(4)}
        (call $write (call $stdout) (i32.const 1024) (i32.sub (global.get $end) (i32.const 1024)) (i32.const 64))
        (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance $functions)) (with "store" (instance $store))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);
}
