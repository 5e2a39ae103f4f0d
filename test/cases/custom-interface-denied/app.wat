(component
  (import "acme:kv/store@1.2.0" (instance
    (export "bucket" (type (sub resource)))
    (type (own 0))
    (type (result 1 (error string)))
    (export "open" (func (param "name" string) (result 2)))
    (type $borrow (borrow 0))
    (export "[method]bucket.size" (func (param "self" $borrow) (result u64)))))
  (import "acme:kv/admin@1.2.0" (instance
    (export "clear" (func)))))
