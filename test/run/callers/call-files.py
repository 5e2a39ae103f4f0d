"""Child of export-files.test.ts: does what the steps say with a component on Wasmtime, as an embedder in Python would,
and prints what came of each as JSON on file descriptor 3."""

import json
import os
import sys

from instance import Instance
from wasmtime import ExitTrap, WasiConfig

request = json.loads(sys.argv[1])
wasi = WasiConfig()
wasi.argv = request["args"]
for guest, host in request["preopens"].items():
    wasi.preopen_dir(host, guest)
call = Instance(request["entry"], request["cache"], wasi, request["empty"]).call


def files(name, *arguments):
    result = call("wasi-nest:virtual/files", name, *arguments)
    return f"error {result}" if isinstance(result, str) else result


def text(result):
    return result if isinstance(result, str) else bytes(result).decode()


def lines(entries):
    if isinstance(entries, str):
        return entries
    return sorted(f"{each.kind} {each.path} {each.size}{' changed' if each.changed else ''}" for each in entries)


def run():
    try:
        call("wasi:cli/run", "run")
    except ExitTrap:
        pass


ACTIONS = {
    "run": run,
    "call": lambda name, *arguments: call("library", name, *arguments),
    "list": lambda: lines(files("list")),
    "count": lambda: len(files("list")),
    "read": lambda path: text(files("read", path)),
    "readAt": lambda path, offset, length: text(files("read-at", path, offset, length)),
    "write": lambda path, contents: files("write", path, contents.encode()),
    "fill": lambda path, count: files("write", path, b"0123456789abcdef" * count),
    "remove": lambda path: files("remove", path),
    "reset": lambda: files("reset"),
}


def outcome(action, *arguments):
    result = ACTIONS[action](*arguments)
    return "ok" if result is None else result


os.write(3, json.dumps([outcome(*step) for step in request["steps"]]).encode())
