(component
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "input-stream" (type (sub resource)))))
  (alias export $streams "input-stream" (type $input-stream))
  (import "log" (func (param "from" (borrow $input-stream)))))
