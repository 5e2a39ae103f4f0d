"""Child of wasmtime.ts: runs the `wasi:cli/run` of a component as the JSON in the first argument says. Its stdio is the
program's. `files`, of an output with --export-files, are written before it runs and read after it. Without an argument it
validates one component after the other, as lines of JSON on stdin say. Reports as JSON on file descriptor 3 what became
of them."""

import base64
import json
import os
import sys

from engine import compiled
from wasmtime import ExitTrap, Store, WasiConfig, WasmtimeError
from wasmtime.component import Linker

REPORT = 3
RUN = "wasi:cli/run"


def validate(request):
    try:
        compiled(request["component"], request["cache"])
    except WasmtimeError as error:
        return {"kind": "invalid", "message": str(error)}
    return {"kind": "valid"}


def validate_all(lines):
    for line in lines:
        answer(validate(json.loads(line)))


def main(request):
    try:
        engine, component = compiled(request["component"], request["cache"])
    except WasmtimeError as error:
        return {"trap": f"cannot instantiate: {error}"}
    return run(engine, component, request)


def run(engine, component, request):
    store = Store(engine)
    linker = Linker(engine)
    if not request["empty"]:
        offer_wasi(store, linker, request)
    try:
        instance = linker.instantiate(store, component)
    except WasmtimeError as error:
        return {"trap": f"cannot instantiate: {error}"}

    interface = next((name for name in component.type.exports(engine) if name.split("@")[0] == RUN), None)
    if interface is None:
        return {"trap": f"cannot instantiate: the component does not export {RUN}"}
    outer = instance.get_export_index(store, interface)
    function = instance.get_func(store, instance.get_export_index(store, "run", outer))
    files = request.get("files", {"write": {}, "read": []})
    for path, contents in files["write"].items():
        of_files(engine, component, store, instance, "write", path, base64.b64decode(contents))
    try:
        result = function(store)
        report = {"exitCode": 0 if result is None or result.tag == "ok" else 1}
    except ExitTrap as error:
        report = {"exitCode": error.code}
    except Exception as error:
        return {"trap": str(error)}
    read = [of_files(engine, component, store, instance, "read", path) for path in files["read"]]
    return {**report, "files": [base64.b64encode(contents).decode() for contents in read]}


def of_files(engine, component, store, instance, name, *arguments):
    interface = next(name for name in component.type.exports(engine) if name.startswith("wasi-nest:virtual/files"))
    outer = instance.get_export_index(store, interface)
    result = instance.get_func(store, instance.get_export_index(store, name, outer))(store, *arguments)
    if isinstance(result, str):
        raise Exception(f"{name} {arguments[0]}: {result}")
    return result


def offer_wasi(store, linker, request):
    wasi = WasiConfig()
    wasi.argv = request["argv"]
    wasi.env = list(request["env"].items())
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    for guest, host in request["preopens"].items():
        wasi.preopen_dir(host, guest)
    store.set_wasi(wasi)
    store.set_wasi_http()
    linker.add_wasip2()
    linker.add_wasi_http()


def answer(value):
    os.write(REPORT, f"{json.dumps(value)}\n".encode())


if len(sys.argv) > 1:
    answer(main(json.loads(sys.argv[1])))
else:
    validate_all(sys.stdin)
