"""Wasmtime's engines, for all tests that use its Python package."""

import os

from wasmtime import Config, Engine, _ffi
from wasmtime.component import Component

# Bytes. To compile a larger component with optimization would take most of a test's time. Winch compiles it instead, or
# Cranelift without optimization where there are tail calls, such as QuickJS': Winch has none. `npm run test:long` uses
# Wasmtime's default compiler settings, except for components with an engine of JavaScript, of which there are dozens, and
# for those with the most code, Yosys and clang: Yosys takes 52 s of processor time for each output, and 8 s with Winch.
LARGE = 1_000_000
MOST_CODE = 20_000_000
QUICKJS = b"componentize-qjs"
STARLINGMONKEY = b"StarlingMonkey"
# Of `wasmtime_strategy_enum` in wasmtime.h; the package has no name for it.
WINCH = 2

# Sections of a component, and one of a core module.
CORE_MODULE = 1
COMPONENT = 4
CODE = 10

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
    if len(data) <= LARGE or ("WASI_NEST_LONG" in os.environ and not has_engine and code_length(data) <= MOST_CODE):
        return by_default
    return without_optimizing if QUICKJS in data else by_winch


def code_length(data):
    """How many bytes the code sections have, of all core modules in a component: most of CPython and Flite is data."""
    return sum(code_lengths(data, 0, len(data)))


def code_lengths(data, start, end):
    is_component = data[start + 6 : start + 8] == b"\1\0"
    at = start + 8
    while at < end:
        section = data[at]
        length, contents = unsigned(data, at + 1)
        at = contents + length
        if is_component and section in (CORE_MODULE, COMPONENT):
            yield from code_lengths(data, contents, at)
        elif not is_component and section == CODE:
            yield length


def unsigned(data, at):
    """Of LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def compiled(path, cache):
    """The engine, and the component at the path."""
    with open(path, "rb") as file:
        data = file.read()
    engine = engine_for(kind_of(data), cache)
    return engine, Component(engine, data)
