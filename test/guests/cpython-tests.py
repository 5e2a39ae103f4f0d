# Runs CPython's own tests, the modules of its `test` package that the arguments name, and prints what comes of each
# in lines of two words.
# The first argument is the directory to run them in. Some of what the tests expect of a machine has no place in WASI:
# names that are no UTF-8 end a component, and here get the error that Linux has for them; links to absolute paths are
# refused by Wasmtime's directories, and become relative ones; the machine has no name and gets one; and a few tests
# go deeper than the stack of this Python, which ends it, and are left out.
import errno, fnmatch, functools, os, socket, sys, traceback, unittest

TOO_DEEP = [
    "*.test*[Rr]ecursive_*repr",
    "*.testRecursiveRepr",
    "test.test_pathlib.*.test_glob_many_open_files",
]
CALLS = "access chdir link listdir lstat mkdir open readlink remove rename replace rmdir scandir stat symlink truncate unlink utime"


def checked(call, *args, **more):
    for path in args:
        if isinstance(path, (str, bytes, os.PathLike)):
            try:
                os.fsencode(path).decode("utf-8")
            except UnicodeDecodeError:
                raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ), path) from None
    return call(*args, **more)


def guarded(call):
    # Not a function: classes keep some of these as attributes, which must not become methods.
    guard = functools.update_wrapper(functools.partial(checked, call), call)
    for calls in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if call in calls:
            calls.add(guard)
    return guard


def relative(symlink):
    @functools.wraps(symlink)
    def link(src, dst, target_is_directory=False, *, dir_fd=None):
        if os.path.isabs(src) and dir_fd is None:
            folder = os.path.dirname(os.path.abspath(os.fsdecode(dst)))
            src = os.path.relpath(os.fsdecode(src), folder)
            src = os.fsencode(src) if isinstance(dst, bytes) else src
        return symlink(src, dst, target_is_directory, dir_fd=dir_fd)

    return link


class Outcomes(unittest.TestResult):
    """A line for each test on stdout; the reasons on stderr."""

    def startTest(self, test):
        super().startTest(test)
        self.outcome = "ok"
        if any(fnmatch.fnmatch(test.id(), pattern) for pattern in TOO_DEEP):
            setattr(test, test._testMethodName, lambda: test.skipTest("goes too deep"))

    def stopTest(self, test):
        super().stopTest(test)
        print(test.id(), self.outcome, flush=True)
        self.outcome = None

    def outcome_of(self, test, outcome, reason):
        print(test.id(), outcome, reason, file=sys.stderr, flush=True)
        if getattr(self, "outcome", None) is None:
            # Not a test: a class or module that cannot be set up.
            print(test.id(), outcome, flush=True)
        else:
            self.outcome = outcome

    def addFailure(self, test, error):
        self.outcome_of(test, "failed", "".join(traceback.format_exception(*error)))

    def addError(self, test, error):
        self.outcome_of(test, "error", "".join(traceback.format_exception(*error)))

    def addSkip(self, test, reason):
        self.outcome_of(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        self.outcome = "failed as expected"

    def addUnexpectedSuccess(self, test):
        self.outcome = "passed unexpectedly"

    def addSubTest(self, test, part, error):
        if error is None:
            return
        if issubclass(error[0], test.failureException):
            self.addFailure(test, error)
        else:
            self.addError(test, error)


root = sys.argv[1]
for name in ("work", "tmp"):
    os.mkdir(os.path.join(root, name))
os.environ["TMPDIR"] = os.path.join(root, "tmp")
os.environ["HOME"] = root
os.chdir(os.path.join(root, "work"))
for name in CALLS.split():
    setattr(os, name, guarded(getattr(os, name)))
os.symlink = relative(os.symlink)
socket.gethostname = lambda: "localhost"

import test.support.os_helper, test.support.socket_helper

# They would be left out because of absolute ones.
test.support.os_helper._can_symlink = True
test.support.socket_helper.has_gethostname = True

for module in sys.argv[2:]:
    print("module", module, flush=True)
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName("test." + module)
    except unittest.SkipTest as reason:
        print("test." + module, "skipped")
        print("test." + module, "skipped", reason, file=sys.stderr)
        continue
    suite.run(Outcomes())
