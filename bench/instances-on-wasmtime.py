"""Child of start.mjs: what loading a component takes that was compiled ahead, with an instance that opens its large file;
and the memory of the process with one instance that has read from the file, and with many. Prints JSON, seconds and bytes
of PSS: what is shared counts once."""

import importlib.metadata
import json
import os
import re
import sys
import tempfile
import time

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker

def memory():
    with open("/proc/self/smaps_rollup") as file:
        return int(re.search(r"^Pss: +(\d+) kB", file.read(), re.MULTILINE)[1]) * 1024


def compiled(path):
    """A process that compiles keeps memory, so a child does."""
    target = tempfile.mktemp(suffix=".cwasm")
    child = os.fork()
    if child == 0:
        with open(path, "rb") as file:
            component = Component(Engine(), file.read())
        with open(target, "wb") as file:
            file.write(component.serialize())
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise ValueError("the component does not compile")
    return target


def main(path, count, rounds, length):
    target = compiled(path)
    engine = Engine()
    linker = Linker(engine)
    linker.add_wasip2()

    def instance_of(component):
        store = Store(engine)
        store.set_wasi(WasiConfig())
        return store, linker.instantiate(store, component)

    def loaded():
        before = time.perf_counter()
        component = Component.deserialize_file(engine, target)
        store, instance = instance_of(component)
        instance.get_func(store, "open")(store)
        return component, time.perf_counter() - before

    try:
        seconds = min(loaded()[1] for _ in range(rounds))
        component, _ = loaded()
    finally:
        os.remove(target)
    stays = []

    def read():
        store, instance = instance_of(component)
        if instance.get_func(store, "read")(store, length) < length:
            raise ValueError("the file is shorter")
        stays.append((store, instance))

    read()
    one = memory()
    for _ in range(count - 1):
        read()
    version = "Wasmtime " + importlib.metadata.version("wasmtime")
    print(json.dumps({"version": version, "seconds": seconds, "one": one, "all": memory()}))


main(sys.argv[1], *map(int, sys.argv[2:]))
