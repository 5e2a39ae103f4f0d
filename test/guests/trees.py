# Writes and reads trees of files below the directory that its argument names, with what Python's library has for
# it, and prints what comes of it: nothing that depends on a clock or on the order of a directory.
import filecmp, glob, hashlib, io, json, os, pathlib, shutil, stat, sys, tarfile, tempfile, zipfile

base = pathlib.Path(sys.argv[1])
os.environ["TMPDIR"] = tempfile.tempdir = str(base / "tmp")


def listing(root):
    for folder, folders, files in sorted(os.walk(root)):
        for name in sorted(folders):
            print("  d", os.path.relpath(os.path.join(folder, name), root))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if os.path.islink(path):
                print("  l", os.path.relpath(path, root), os.readlink(path))
                continue
            with open(path, "rb") as file:
                print("  f", os.path.relpath(path, root), os.path.getsize(path), hashlib.sha1(file.read()).hexdigest()[:12])


def attempt(what, act):
    try:
        print(what, act())
    except OSError as error:
        print(what, type(error).__name__, error.errno)


def tree(root):
    (root / "a/b/c").mkdir(parents=True)
    (root / "empty").mkdir()
    for number in range(20):
        (root / f"a/file-{number:02}.txt").write_text(f"number {number}\n" * number)
    (root / "a/b/data.bin").write_bytes(bytes(range(256)) * 400)
    (root / "a/b/c/übung.txt").write_text("ä ö ü\n", encoding="utf-8")
    (root / "link").symlink_to("a/b/data.bin")
    with open(root / "lines", "w") as file:
        for number in range(5000):
            print(number, file=file)


(base / "tmp").mkdir()
print("tree")
tree(base / "one")
listing(base / "one")

print("shutil")
shutil.copytree(base / "one", base / "two", symlinks=True)
print(filecmp.dircmp(base / "one", base / "two").diff_files)
shutil.move(base / "two/a/b", base / "two/moved")
shutil.copyfile(base / "one/lines", base / "two/copy")
shutil.copy2(base / "one/lines", base / "two/empty")
listing(base / "two")
shutil.rmtree(base / "two/a")
print(sorted(os.listdir(base / "two")))
os.replace(base / "two/copy", base / "two/empty/lines")
attempt("rmtree of none", lambda: shutil.rmtree(base / "none"))

print("tempfile")
with tempfile.TemporaryDirectory() as folder:
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"named")
        file.flush()
        print(len(os.listdir(folder)), os.path.getsize(file.name))
    with tempfile.TemporaryFile("w+", dir=folder) as file:
        file.write("text " * 10000)
        file.seek(40000)
        print(file.read(10), len(os.listdir(folder)))
    with tempfile.SpooledTemporaryFile(max_size=100, dir=folder) as file:
        file.write(b"x" * 1000)
        file.seek(0)
        print(len(file.read()))
    handle, name = tempfile.mkstemp(dir=folder)
    os.write(handle, b"0123456789")
    os.lseek(handle, 2, os.SEEK_SET)
    print(os.read(handle, 3), os.fstat(handle).st_size, stat.S_ISREG(os.fstat(handle).st_mode))
    os.ftruncate(handle, 4)
    print(os.fstat(handle).st_size)
    os.close(handle)
print(os.path.exists(folder))

print("zipfile")
with zipfile.ZipFile(base / "all.zip", "w") as archive:
    for path in sorted((base / "one").rglob("*")):
        if path.is_file():
            archive.write(path, path.relative_to(base))
with zipfile.ZipFile(base / "all.zip", "a") as archive:
    archive.writestr("added.txt", "added")
with zipfile.ZipFile(base / "all.zip") as archive:
    print(archive.testzip(), len(archive.namelist()))
    archive.extractall(base / "unzipped")
listing(base / "unzipped")

print("tarfile")
with tarfile.open(base / "all.tar", "w") as archive:
    archive.add(base / "one", "one")
with tarfile.open(base / "all.tar") as archive:
    print(len(archive.getnames()))
    archive.extractall(base / "untarred", filter="tar")
listing(base / "untarred")

print("open")
with open(base / "updated", "w+b") as file:
    file.write(b"0123456789" * 1000)
    file.seek(5000)
    file.write(b"middle")
    file.seek(-4, io.SEEK_END)
    print(file.read(), file.truncate(5010), file.tell())
with open(base / "updated", "ab") as file:
    file.write(b"end")
    print(file.tell())
with open(base / "updated", "r+b", buffering=0) as file:
    print(file.seek(5000), file.read(8), file.write(b"!"), file.tell())
attempt("exclusive", lambda: open(base / "updated", "x"))
attempt("a directory", lambda: open(base / "one", "w"))
attempt("nowhere", lambda: open(base / "none/x", "w"))
with open(base / "data.json", "w") as file:
    json.dump({"numbers": list(range(1000))}, file)
with open(base / "data.json") as file:
    print(sum(json.load(file)["numbers"]))

print("os")
attempt("mkdir", lambda: os.mkdir(base / "one"))
attempt("rmdir", lambda: os.rmdir(base / "one"))
attempt("unlink", lambda: os.unlink(base / "one"))
attempt("rename", lambda: os.rename(base / "one", base / "one/a/x"))
os.link(base / "updated", base / "hard")
print(os.stat(base / "hard").st_nlink, os.path.samefile(base / "hard", base / "updated"))
os.utime(base / "hard", (1000000000, 1234567890))
print(os.stat(base / "updated").st_mtime, os.stat(base / "updated").st_atime)
with os.scandir(base) as entries:
    print(sorted((entry.name, entry.is_dir(), entry.is_file()) for entry in entries))
print(len(glob.glob(str(base / "**/*.txt"), recursive=True)))
for name in sorted(os.listdir(base)):
    path = base / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
print(os.listdir(base))
