(component
  (import "wasi:filesystem/types@0.2.6" (instance $types
    (export "descriptor" (type (sub resource)))))
  (alias export $types "descriptor" (type $descriptor))
  (core module $m (func (export "take") (param i32)))
  (core instance $i (instantiate $m))
  (alias core export $i "take" (core func $take))
  (func $f (param "file" (own $descriptor)) (canon lift (core func $take)))
  (instance $api (export "take" (func $f)))
  (export "acme:kit/api@1.0.0" (instance $api)))
