(component
  (import "wasi:io/error@0.2.0" (instance $error
    (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error))
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "output-stream" (type (sub resource)))
    (export "input-stream" (type (sub resource)))
    (alias outer 1 $error (type))
    (export "error" (type (eq 2)))
    (type (own 3))
    (type (variant (case "last-operation-failed" 4) (case "closed")))
    (export "stream-error" (type (eq 5)))
    (type (borrow 0))
    (type (list u8))
    (type (result (error 6)))
    (export "[method]output-stream.blocking-write-and-flush" (func (param "self" 7) (param "contents" 8) (result 9)))))
  (alias export $streams "output-stream" (type $output-stream))
  (alias export $streams "input-stream" (type $input-stream))
  (import "wasi:cli/stdout@0.2.0" (instance
    (alias outer 1 $output-stream (type))
    (export "output-stream" (type (eq 0)))
    (type (own 1))
    (export "get-stdout" (func (result 2)))))
  (import "wasi:cli/stderr@0.2.0" (instance
    (alias outer 1 $output-stream (type))
    (export "output-stream" (type (eq 0)))
    (type (own 1))
    (export "get-stderr" (func (result 2))))))
