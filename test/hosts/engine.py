"""Wasmtime's engines, for all tests that use its Python package."""

import os

from wasmtime import Config, Engine, WasmtimeError, _ffi
from wasmtime.component import Component

# Bytes. Compiling larger components would take most of a test's time, so that is done in a hurry: by Winch, and where
# that lacks something by Cranelift without optimizing. `npm run test:long` compiles as Wasmtime does by itself.
LARGE = 4_000_000
# Of `wasmtime_strategy_enum` in wasmtime.h; the package has no name for it.
WINCH = 2

engines = {}


def by_default(config):
    pass


def by_winch(config):
    _ffi.wasmtime_config_strategy_set(config.ptr(), WINCH)


def in_a_hurry(config):
    config.cranelift_opt_level = "none"
    config.cranelift_flag_set("regalloc_algorithm", "single_pass")


def engine_for(kind, cache):
    """The same one for all of its kind."""
    if kind not in engines:
        config = Config()
        config.cache = cache
        kind(config)
        engines[kind] = Engine(config)
    return engines[kind]


def compiled(path, cache):
    """The engine, and the component at the path."""
    with open(path, "rb") as file:
        data = file.read()
    kind = by_default
    if len(data) > LARGE and "WASI_NEST_CRANELIFT" not in os.environ:
        try:
            engine = engine_for(by_winch, cache)
            return engine, Component(engine, data)
        except WasmtimeError as error:
            # QuickJS makes some.
            if "tail calls" not in str(error):
                raise
            kind = in_a_hurry
    engine = engine_for(kind, cache)
    return engine, Component(engine, data)
