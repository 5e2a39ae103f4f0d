"""Child of plugged-exports.test.ts: calls a library on Wasmtime whose exports mention the types of an interface that
an adapter provides, and prints what it gets as JSON."""

import json
import sys
from types import SimpleNamespace

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime.component import Component, Linker

(path, cache) = sys.argv[1:]
config = Config()
config.cache = cache
engine = Engine(config)
store = Store(engine)
store.set_wasi(WasiConfig())
linker = Linker(engine)
linker.add_wasip2()
with open(path, "rb") as file:
    component = Component(engine, file.read())
instance = linker.instantiate(store, component)
interfaces = {name.split("@")[0]: name for name in component.type.exports(engine)}


def call(interface, name, *arguments):
    outer = instance.get_export_index(store, interfaces[interface])
    function = instance.get_func(store, instance.get_export_index(store, name, outer))
    return function(store, *arguments)


def entry(key, value):
    return SimpleNamespace(key=key, value=value)


def told(result):
    # Of the error's cases one alone has a string, so that is what Python gets.
    return f"no such key: {result}" if isinstance(result, str) else f"{result.key}={result.value}"


def kept():
    return call("keeper", "live")


bucket = call("keeper", "open", entry("one", 5))
results = {"kept": kept(), "read": told(call("keeper", "read", bucket)), "next": told(call("keeper", "next", entry("two", 6)))}
results["along"] = told(call("acme:kv/store", "[method]bucket.get", bucket))
own = call("acme:kv/store", "[constructor]bucket", entry("gone", 1))
results["failure"] = told(call("keeper", "read", own))
own.drop(store)
results["closed"] = told(call("keeper", "close", bucket))
results["left"] = kept()
print(json.dumps(results))
