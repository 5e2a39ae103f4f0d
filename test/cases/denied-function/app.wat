(component
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type (sub resource)))))
  (alias export $types "descriptor" (type $descriptor))
  (import "acme:store/blobs@1.0.0" (instance
    (alias outer 1 $descriptor (type))
    (export "descriptor" (type (eq 0)))
    (export "blob" (type (sub resource)))
    (type (own 1))
    (type (borrow 2))
    (type (result (error string)))
    (export "[method]blob.export-to" (func (param "self" 4) (param "dir" 3) (result 5)))
    (export "[method]blob.size" (func (param "self" 4) (result u64)))
    (type $some (option 3))
    (export "directory-of" (func (param "name" string) (result $some))))))
