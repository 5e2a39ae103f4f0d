(component
  (type $exit (instance
    (type (result))
    (export "exit" (func (param "status" 0)))))
  (import "wasi:cli/exit@0.2.0" (instance (type $exit)))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance
    (export "now" (func (result u64)))))
  (type $fs (instance
    (export "descriptor" (type (sub resource)))
    (type (enum "access" "busy"))
    (export "error-code" (type (eq 1)))
    (type (borrow 0))
    (type (result (error 2)))
    (export "[method]descriptor.sync" (func (param "self" 3) (result 4)))))
  (import "wasi:filesystem/types@0.2.0" (instance $types (type $fs)))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance
    (alias outer 1 $descriptor (type))
    (export "descriptor" (type (eq 0)))
    (type (own 1))
    (type (tuple 2 string))
    (type (list 3))
    (export "get-directories" (func (result 4))))))
