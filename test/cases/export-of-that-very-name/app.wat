(component
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "input-stream" (type (sub resource)))))
  (alias export $streams "input-stream" (type $input-stream))
  (core module $m (func (export "take") (param i32)))
  (core instance $i (instantiate $m))
  (alias core export $i "take" (core func $take))
  (func $f (param "input" (own $input-stream)) (canon lift (core func $take)))
  (instance $api (export "take" (func $f)))
  (export "acme:kit/api@1.0.0" (instance $api))
  (type $own (resource (rep i32)))
  (instance $mine (export "input-stream" (type $own)))
  (export "wasi:io/streams@0.2.3" (instance $mine)))
