"""Child of instantiating.mjs: what it takes to instantiate each of these components, in turn, and to let it go again.
Prints JSON: by name, microseconds of all instantiations, and of all with their end."""

import gc
import importlib.metadata
import json
import sys
import time

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker

rounds = int(sys.argv[1])
files = json.loads(sys.argv[2])
engine = Engine()
linker = Linker(engine)
linker.add_wasip2()
components = {}
for name, file in files.items():
    with open(file, "rb") as binary:
        components[name] = Component(engine, binary.read())
instantiated = {name: [] for name in components}
ended = {name: [] for name in components}
gc.disable()
for _ in range(rounds):
    for name, component in components.items():
        for _ in range(5):
            store = Store(engine)
            store.set_wasi(WasiConfig())
            before = time.perf_counter()
            instance = linker.instantiate(store, component)
            between = time.perf_counter()
            del instance
            store.close()
            instantiated[name].append((between - before) * 1e6)
            ended[name].append((time.perf_counter() - before) * 1e6)
version = "Wasmtime " + importlib.metadata.version("wasmtime")
print(json.dumps({"version": version, "instantiated": instantiated, "ended": ended}))
