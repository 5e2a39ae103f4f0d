"""A component's instance on Wasmtime, as an embedder in Python has it: what all callers of this folder share."""

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime.component import Component, Linker


class Instance:
    def __init__(self, path, cache, wasi=None, empty=False):
        config = Config()
        config.cache = cache
        engine = Engine(config)
        self.store = Store(engine)
        self.store.set_wasi(wasi or WasiConfig())
        linker = Linker(engine)
        if not empty:
            linker.add_wasip2()
        with open(path, "rb") as file:
            component = Component(engine, file.read())
        self.instance = linker.instantiate(self.store, component)
        self.interfaces = {name.split("@")[0]: name for name in component.type.exports(engine)}

    def call(self, interface, name, *arguments):
        outer = self.instance.get_export_index(self.store, self.interfaces[interface])
        function = self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, outer))
        result = function(self.store, *arguments)
        if hasattr(function, "post_return"):
            function.post_return(self.store)
        return result
