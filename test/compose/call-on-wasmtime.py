"""Child of call-on-wasmtime.ts. Reads the component and the calls on stdin as JSON, answers as the host what each
call says, and reports on file descriptor 3 what the host got and what came back. Values are as random-types.ts
has them: {"handle": number, "of": {"name": resource}}, {"case": index, "value": ...}, arrays for records, tuples,
flags and lists, {"integer": text} for 64 bits."""

import base64
import json
import os
import sys

from wasmtime import Config, Engine, Store
from wasmtime.component import Component, Linker, Record, ResourceHost, ResourceType, Variant
from wasmtime.component import _types as types

# A value of a variant without a tag cannot be told from one of another case.
types.VariantLikeType._tagged = lambda self: True

RESOURCES = {"input-stream": 1, "error": 2, "thing": 3, "output-stream": 4, "pollable": 5}


def to_python(ty, value, handle):
    if isinstance(ty, (types.OwnType, types.BorrowType)):
        return handle(value)
    if isinstance(ty, types.RecordType):
        record = Record()
        for (name, field), each in zip(ty.fields, value):
            setattr(record, name, to_python(field, each, handle))
        return record
    if isinstance(ty, types.TupleType):
        return tuple(to_python(each, inner, handle) for each, inner in zip(ty.elements, value))
    if isinstance(ty, types.FlagsType):
        return {name for name, is_set in zip(ty.names, value) if is_set}
    if isinstance(ty, types.EnumType):
        return ty.names[value["case"]]
    if isinstance(ty, types.VariantLikeType):
        name, payload = ty._cases()[value["case"]]
        return Variant(name) if payload is None else Variant(name, to_python(payload, value["value"], handle))
    if isinstance(ty, types.ListType):
        made = [to_python(ty.element, each, handle) for each in value]
        return bytes(made) if isinstance(ty.element, types.U8) else made
    if isinstance(value, dict):
        return int(value["integer"])
    return float(value) if isinstance(ty, (types.F32, types.F64)) else value


def from_python(ty, value, handle):
    if isinstance(ty, (types.OwnType, types.BorrowType)):
        return handle(value, ty)
    if isinstance(ty, types.RecordType):
        return [from_python(field, getattr(value, name), handle) for name, field in ty.fields]
    if isinstance(ty, types.TupleType):
        return [from_python(each, inner, handle) for each, inner in zip(ty.elements, value)]
    if isinstance(ty, types.FlagsType):
        return [name in value for name in ty.names]
    if isinstance(ty, types.EnumType):
        return {"case": ty.names.index(value)}
    if isinstance(ty, types.VariantLikeType):
        names = [name for name, _ in ty._cases()]
        index = names.index(value.tag)
        payload = ty._cases()[index][1]
        return {"case": index} if payload is None else {"case": index, "value": from_python(payload, value.payload, handle)}
    if isinstance(ty, types.ListType):
        return [from_python(ty.element, each, handle) for each in value]
    return {"integer": str(value)} if isinstance(ty, (types.S64, types.U64)) else value


class Host:
    """Knows its handles by number."""

    def __init__(self, request):
        self.call = None
        self.received = None
        engine = Engine(Config())
        component = Component(engine, base64.b64decode(request["component"]))
        self.store = Store(engine)
        linker = Linker(engine)
        imports = component.type.imports(engine)
        with linker.root() as root:
            for name in imports:
                with root.add_instance(name) as instance:
                    self.define(instance, imports[name].ty, engine)
        self.instance = linker.instantiate(self.store, component)
        self.exported = self.instance.get_export_index(self.store, request["interface"])
        self.exported_types = {
            name: self.exported_function(f"make-{name}").type(self.store).result.ty for name in ("input-stream", "error", "thing")
        }

    def define(self, instance, ty, engine):
        for label, item in ((label, each.ty) for label, each in ty.exports(engine).items()):
            if isinstance(item, ResourceType):
                instance.add_resource(label, ResourceType.host(RESOURCES[label]), lambda store, rep: None)
            elif isinstance(item, types.FuncType):
                instance.add_func(label, self.answer(label, item))

    def answer(self, name, ty):
        operation, _, resource = name.partition("-")
        if operation == "make":
            return lambda store, id: ResourceHost.own(id, RESOURCES[resource]).to_any(store)
        if operation == "id":
            return lambda store, handle: handle.to_host(store).rep

        def host(store, *args):
            params = [each for _, each in ty.params]
            self.received = [from_python(each, value, lambda it, _: self.number(store, it)) for each, value in zip(params, args)]
            if ty.result is None:
                return None
            own = lambda value: ResourceHost.own(value["handle"], RESOURCES[value["of"]["name"]]).to_any(store)
            return to_python(ty.result, self.call["answer"], own)

        return host

    def number(self, store, handle):
        host = handle.to_host(store)
        names = {number: name for name, number in RESOURCES.items()}
        return {"handle": host.rep, "of": names[host.type]}

    def exported_function(self, name):
        return self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, self.exported))

    def run(self, call):
        self.call = call
        function = self.exported_function(call["name"])
        ty = function.type(self.store)
        make = lambda value: self.exported_function(f"make-{value['of']['name']}")(self.store, value["handle"])
        args = [to_python(each, value, make) for (_, each), value in zip(ty.params, call["args"])]
        result = function(self.store, *args)
        if ty.result is None:
            return {"received": self.received}
        return {"received": self.received, "result": from_python(ty.result, result, self.identify)}

    def identify(self, handle, _):
        """A handle of the component's, by the number that the host knows it by."""
        name = next(name for name, ty in self.exported_types.items() if ty == handle.type)
        return {"handle": self.exported_function(f"id-{name}")(self.store, handle), "of": name}


def main(request):
    host = Host(request)
    outcomes = [host.run(call) for call in request["calls"]]
    os.write(3, json.dumps(outcomes).encode())


main(json.load(sys.stdin))
