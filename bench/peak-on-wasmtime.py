"""Child of abandoning.mjs: runs commands one after another, and prints JSON: for each what it has printed, and the most memory that
its process had, in bytes of resident set."""

import json
import os
import subprocess
import sys

found = []
for command in json.loads(sys.argv[1]):
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    stdout = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise ValueError(f"{command} ended with {status}")
    found.append({"stdout": stdout, "peak": usage.ru_maxrss * 1024})
print(json.dumps(found))
