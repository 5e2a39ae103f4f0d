(component
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type (sub resource)))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type (sub resource)))))
  (alias export $types "descriptor" (type $descriptor))
  (import "acme:store/blobs@1.0.0" (instance
    (alias outer 1 $descriptor (type))
    (export "descriptor" (type (eq 0)))
    (alias outer 1 $output-stream (type))
    (export "output-stream" (type (eq 2)))
    (export "blob" (type (sub resource)))
    (type $own-descriptor (own 1))
    (type $borrow-descriptor (borrow 1))
    (type $borrow-output (borrow 3))
    (type $borrow-blob (borrow 4))
    (type $result (result (error string)))
    (type $some (option $own-descriptor))
    (export "[method]blob.export-to" (func (param "self" $borrow-blob) (param "dir" $own-descriptor) (result $result)))
    (export "[method]blob.size" (func (param "self" $borrow-blob) (result u64)))
    (export "list-to" (func (param "dir" $borrow-descriptor) (param "out" $borrow-output) (result $result)))
    (export "directory-of" (func (param "name" string) (result $some))))))
