"""Child of exports-along.test.ts: calls a library on Wasmtime, as an embedder in Python would, and prints what
it gets as JSON."""

import json
import sys

from instance import Instance

(path, cache) = sys.argv[1:]
library = Instance(path, cache)
call = library.call


def text(data):
    return bytes(data).decode()


def stream(name, *arguments):
    return call("wasi:io/streams", f"[method]input-stream.{name}", *arguments)


results = {}
opened = call("library", "open", "file")
results["start"] = text(stream("blocking-read", opened, 4))
results["rest"] = call("library", "parse", opened)
results["end"] = "more" if stream("read", opened, 1) else "closed"
opened.drop(library.store)
results["consumed"] = call("library", "consume", call("library", "open", "folder/inner"))
results["missing"] = call("library", "open", "none")
entries = call("library", "entries", ["file", "", "folder/inner"])
results["bodies"] = [entry.body and text(stream("read", entry.body, 3)) for entry in entries]
results["joined"] = call("library", "join", entries)
folder = call("library", "folder")
results["type"] = call("wasi:filesystem/types", "[method]descriptor.get-type", folder).payload
print(json.dumps(results))
