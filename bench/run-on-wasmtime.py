"""Child of run.mjs: times exported functions of components on Wasmtime, as the JSON in the first argument says.
Each case is called once to warm up, then all cases in turn, round after round. Prints seconds by case as JSON,
and those that compiling took once by guest."""

import importlib.metadata
import json
import os
import sys
import time

from wasmtime import Engine, ExitTrap, Store, WasiConfig
from wasmtime.component import Component, Linker

RUN = "wasi:cli/run"


def load(engine, guest, compiled):
    """Gives a function that prepares a call: of an instance that stays, or of a new one each time, which a command
    has before the call, and a "fresh" case makes in it."""
    with open(guest["file"], "rb") as file:
        binary = file.read()
    before = time.perf_counter()
    component = Component(engine, binary)
    compiled.append(time.perf_counter() - before)
    linker = Linker(engine)
    linker.add_wasip2()

    def instantiate():
        store = Store(engine)
        wasi = WasiConfig()
        wasi.argv = guest.get("argv", [])
        wasi.env = guest.get("env", [])
        if "preopen" in guest:
            wasi.preopen_dir(guest["preopen"], "/")
        store.set_wasi(wasi)
        return store, linker.instantiate(store, component)

    if "argv" in guest:
        run = next(name for name in component.type.exports(engine) if name.split("@")[0] == RUN)

        def prepare(case):
            for file in os.listdir(guest["preopen"]) if "preopen" in guest else []:
                os.remove(os.path.join(guest["preopen"], file))
            store, instance = instantiate()
            function = instance.get_func(store, instance.get_export_index(store, case["function"], instance.get_export_index(store, run)))
            return lambda: run_command(function, store)

        return prepare

    def call(store, instance, name, args):
        # A new function each time, as the last call's must not be used again.
        return instance.get_func(store, name)(store, *args)

    stays = instantiate()
    for name in guest.get("start", []):
        call(*stays, name, [])
    return lambda case: lambda: call(*(instantiate() if case.get("fresh") else stays), case["function"], case["args"])


def run_command(function, store):
    try:
        result = function(store)
    except ExitTrap as error:
        if error.code != 0:
            raise
        return
    if result is not None and result.tag != "ok":
        raise ValueError("the command has failed")


def timed(prepare, case):
    call = prepare(case)
    before = time.perf_counter()
    result = call()
    taken = time.perf_counter() - before
    if "least" in case and result < case["least"]:
        raise ValueError(f"{case['name']} gave {result}, not {case['least']}")
    return taken


def main(request):
    engine = Engine()
    compiled = []
    guests = {name: load(engine, guest, compiled) for name, guest in request["guests"].items()}
    seconds = {case["name"]: [] for case in request["cases"]}
    for round in range(request["rounds"] + 1):
        for case in request["cases"]:
            taken = timed(guests[case["guest"]], case)
            if round > 0:
                seconds[case["name"]].append(taken)
    version = "Wasmtime " + importlib.metadata.version("wasmtime")
    print(json.dumps({"version": version, "seconds": seconds, "compiled": dict(zip(guests, compiled))}))


main(json.loads(sys.argv[1]))
