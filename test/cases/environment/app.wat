(component
  (import "wasi:cli/environment@0.2.0" (instance
    (type (tuple string string))
    (type (list 0))
    (export "get-environment" (func (result 1))))))
