"""Child of run.mjs: times exported functions of components on Wasmtime, as the JSON in the first argument says.
Each case is called once to warm up, then all cases in turn, round after round. Prints seconds by case as JSON."""

import importlib.metadata
import json
import sys
import time

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker


def instantiate(engine, guest):
    with open(guest["file"], "rb") as file:
        component = Component(engine, file.read())
    store = Store(engine)
    linker = Linker(engine)
    wasi = WasiConfig()
    if "preopen" in guest:
        wasi.preopen_dir(guest["preopen"], "/")
    store.set_wasi(wasi)
    linker.add_wasip2()
    instance = linker.instantiate(store, component)

    def call(name, args):
        # A new function each time, as the last call's must not be used again.
        return instance.get_func(store, name)(store, *args)

    for name in guest.get("start", []):
        call(name, [])
    return call


def timed(call, case):
    before = time.perf_counter()
    result = call(case["function"], case["args"])
    taken = time.perf_counter() - before
    if "least" in case and result < case["least"]:
        raise ValueError(f"{case['name']} gave {result} bytes, not {case['least']}")
    return taken


def main(request):
    engine = Engine()
    guests = {name: instantiate(engine, guest) for name, guest in request["guests"].items()}
    seconds = {case["name"]: [] for case in request["cases"]}
    for round in range(request["rounds"] + 1):
        for case in request["cases"]:
            taken = timed(guests[case["guest"]], case)
            if round > 0:
                seconds[case["name"]].append(taken)
    print(json.dumps({"version": "Wasmtime " + importlib.metadata.version("wasmtime"), "seconds": seconds}))


main(json.loads(sys.argv[1]))
