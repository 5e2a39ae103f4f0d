"""Child of typed.test.ts: calls functions of a library on Wasmtime, as an embedder in Python would, and prints what they give as
JSON. The arguments: the component, the cache, and the calls, each [interface or null, function, arguments ...]."""

import json
import os
import sys

from wasmtime import Store, WasiConfig
from wasmtime.component import Linker, Record

sys.path.append(os.path.join(os.path.dirname(__file__), "../hosts"))
from engine import compiled  # noqa: E402

path, cache, calls = sys.argv[1:]
engine, component = compiled(path, cache)
store = Store(engine)
wasi = WasiConfig()
wasi.inherit_stderr()
store.set_wasi(wasi)
linker = Linker(engine)
linker.add_wasip2()
said = []
with linker.root() as root:
    root.add_func("get", lambda store, number: f"the host got {number}")
    with root.add_instance("acme:lib/log@1.0.0") as log:
        log.add_func("say", lambda store, line: said.append(line))
        log.add_func("name", lambda store: "the host")
instance = linker.instantiate(store, component)
interfaces = {name.split("@")[0]: name for name in component.type.exports(engine)}


def given(value):
    if not isinstance(value, dict):
        return value
    record = Record()
    for name, field in value.items():
        setattr(record, name, field)
    return record


def call(interface, name, *arguments):
    outer = instance.get_export_index(store, interfaces[interface]) if interface else None
    function = instance.get_func(store, instance.get_export_index(store, name, outer))
    result = function(store, *map(given, arguments))
    if hasattr(function, "post_return"):
        function.post_return(store)
    return vars(result) if isinstance(result, Record) else result


results = [call(*each) for each in json.loads(calls)]
print(json.dumps({"results": results, "said": said}))
