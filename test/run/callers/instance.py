"""A component's instance on Wasmtime, as an embedder in Python has it: what all callers of this folder share."""

import os
import sys

from wasmtime import Store, WasiConfig
from wasmtime.component import Linker

sys.path.append(os.path.join(os.path.dirname(__file__), "../../hosts"))
from engine import compiled  # noqa: E402


class Instance:
    def __init__(self, path, cache, wasi=None, empty=False):
        engine, component = compiled(path, cache)
        self.store = Store(engine)
        self.store.set_wasi(wasi or WasiConfig())
        linker = Linker(engine)
        if not empty:
            linker.add_wasip2()
        self.instance = linker.instantiate(self.store, component)
        self.interfaces = {name.split("@")[0]: name for name in component.type.exports(engine)}

    def call(self, interface, name, *arguments):
        outer = self.instance.get_export_index(self.store, self.interfaces[interface])
        function = self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, outer))
        result = function(self.store, *arguments)
        if hasattr(function, "post_return"):
            function.post_return(self.store)
        return result
