(component
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type (sub resource)))
    (type (enum
      "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large"
      "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop"
      "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory"
      "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty"
      "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy"
      "cross-device"))
    (export "error-code" (type (eq 1)))
    (type (borrow 0))
    (type (list u8))
    (type (tuple 4 bool))
    (type (result 5 (error 2)))
    (export "[method]descriptor.read" (func (param "self" 3) (param "length" u64) (param "offset" u64) (result 6)))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance
    (alias outer 1 $descriptor (type))
    (export "descriptor" (type (eq 0)))
    (type (own 1))
    (type (tuple 2 string))
    (type (list 3))
    (export "get-directories" (func (result 4))))))
