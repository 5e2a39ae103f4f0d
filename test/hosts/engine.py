"""Wasmtime's engines, for all tests that use its Python package."""

import os

from wasmtime import Config, Engine, _ffi
from wasmtime.component import Component

# Bytes. To compile a larger component with optimization would take most of a test's time. Winch compiles it instead, or
# Cranelift without optimization where there are tail calls, such as QuickJS': Winch has none. `npm run test:long` uses
# Wasmtime's default compiler settings, except for components with an engine of JavaScript, of which there are dozens.
LARGE = 1_000_000
QUICKJS = b"componentize-qjs"
STARLINGMONKEY = b"StarlingMonkey"
# Of `wasmtime_strategy_enum` in wasmtime.h; the package has no name for it.
WINCH = 2

engines = {}


def by_default(config):
    pass


def by_winch(config):
    _ffi.wasmtime_config_strategy_set(config.ptr(), WINCH)


def without_optimizing(config):
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


def kind_of(data):
    has_engine = QUICKJS in data or STARLINGMONKEY in data
    if len(data) <= LARGE or ("WASI_NEST_LONG" in os.environ and not has_engine):
        return by_default
    return without_optimizing if QUICKJS in data else by_winch


def compiled(path, cache):
    """The engine, and the component at the path."""
    with open(path, "rb") as file:
        data = file.read()
    engine = engine_for(kind_of(data), cache)
    return engine, Component(engine, data)
