"""Child of plugged-exports.test.ts: calls a library on Wasmtime whose exports mention the types of an interface that
an adapter provides, and prints what it gets as JSON."""

import json
import sys
from types import SimpleNamespace

from instance import Instance

(path, cache) = sys.argv[1:]
library = Instance(path, cache)
call = library.call


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
own.drop(library.store)
results["closed"] = told(call("keeper", "close", bucket))
results["left"] = kept()
print(json.dumps(results))
