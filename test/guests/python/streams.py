"""A command of WASI 0.3 in Python: reads /data by streams of 0.3, and by the standard library, and writes there where it can."""

import os
import sys

import wit_world
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import preopens
from wit_world.imports.wasi_filesystem_types import DescriptorFlags, ErrorCode, OpenFlags, PathFlags


async def contents(file, piece):
    stream, done = file.read_via_stream(0)
    found = b""
    with stream:
        while not stream.writer_dropped:
            found += await stream.read(piece)
    return found, type(await done.read()).__name__


async def listed(directory):
    stream, done = directory.read_directory()
    found = []
    with stream:
        while not stream.writer_dropped:
            found += [(entry.name, type(entry.type).__name__) for entry in await stream.read(16)]
    return sorted(found), type(await done.read()).__name__


async def open_at(directory, path, open_flags=OpenFlags(0), flags=DescriptorFlags.READ):
    return await directory.open_at(PathFlags.SYMLINK_FOLLOW, path, open_flags, flags)


async def write(directory, path, data):
    file = await open_at(directory, path, OpenFlags.CREATE, DescriptorFlags.READ | DescriptorFlags.WRITE)
    writer, reader = wit_world.byte_stream()
    done = file.write_via_stream(reader, 0)
    with writer:
        await writer.write_all(data)
    return type(await done.read()).__name__


async def main():
    data = next(each for each, path in preopens.get_directories() if path == "/data")
    for name, piece in ("hello.txt", 1), ("hello.txt", 100), ("pattern.bin", 5000), ("pattern.bin", 1_000_000), ("none.bin", 10):
        found, ended = await contents(await open_at(data, name), piece)
        print(name, piece, len(found), sum(found), ended)
    for name in ".", "folder", "crowd":
        found, ended = await listed(await open_at(data, name))
        print(name, len(found), found[:4], ended)
    for name in "missing", "circle", "../out":
        try:
            await open_at(data, name)
        except Err as error:
            print(name, type(error.value).__name__)
    print((await data.stat_at(PathFlags(0), "hello.txt")).size, await data.readlink_at("to-hello"))
    # The standard library's files are those of 0.2.
    print(open("/data/folder/inner.txt").read(), sorted(os.listdir("/data/folder")))
    if "write" in sys.argv:
        print(await write(data, "made", b"by Python" * 1000))
        print(len(open("/data/made", "rb").read()), os.stat("/data/made").st_size)
        with open("/data/made", "ab") as file:
            file.write(b", both ways")
        print((await contents(await open_at(data, "made"), 4000))[0][-20:])
        await data.unlink_file_at("made")
        print(os.path.exists("/data/made"))
    sys.stdout.flush()


class Run(exports.Run):
    async def run(self):
        await main()
