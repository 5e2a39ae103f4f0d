"""Child of judge.ts: says of many small components whether Wasmtime accepts them. A line of JSON on stdin has some in
base64; a line on file descriptor 3 has null for each that is accepted, and the message for each that is not."""

import base64
import json
import os
import sys

from wasmtime import Config, Engine, WasmtimeError
from wasmtime.component import Component

REPORT = 3


def fast_engine():
    config = Config()
    config.cranelift_opt_level = "none"
    config.parallel_compilation = False
    return Engine(config)


def verdict(engine, component):
    try:
        Component(engine, component)
    except WasmtimeError as error:
        return str(error)
    return None


engine = fast_engine()
for line in sys.stdin:
    verdicts = [verdict(engine, base64.b64decode(each)) for each in json.loads(line)["components"]]
    os.write(REPORT, (json.dumps(verdicts) + "\n").encode())
