"""Why a global that is not allowed is feared: words for the message, nothing else.

The verdict never depends on this list: what is not allowed is refused, whether it is named here or not.
"""

from typing import Final

_RUNS: Final = ", which runs programs or code"
_FILES: Final = ", which reads, writes or removes files"
_NETWORK: Final = ", which opens network connections"
_REACHES: Final = ", which reaches any attribute or function from there"
_LOADS: Final = ", which loads code or another pickle"

_MODULES: Final = {
    **dict.fromkeys(
        ("os", "posix", "nt", "subprocess", "pty", "commands", "popen2", "multiprocessing", "asyncio", "code",
         "codeop", "timeit", "cProfile", "profile", "pdb", "bdb", "trace", "doctest", "runpy", "pip", "ensurepip",
         "venv", "ctypes", "_ctypes", "cffi", "idlelib", "lib2to3", "distutils", "setuptools", "signal", "gc"),
        _RUNS,
    ),
    **dict.fromkeys(("shutil", "tempfile", "pathlib", "io", "_io", "fileinput", "linecache", "glob", "zipfile",
                     "tarfile", "mmap", "sqlite3"), _FILES),
    **dict.fromkeys(("socket", "ssl", "urllib", "http", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib",
                     "requests", "urllib3", "aiohttp", "httpx", "webbrowser", "xmlrpc", "logging", "socketserver"),
                    _NETWORK),
    **dict.fromkeys(("operator", "_operator", "functools", "_functools", "types", "inspect", "weakref", "itertools"),
                    _REACHES),
    **dict.fromkeys(("importlib", "imp", "pkgutil", "zipimport", "pickle", "_pickle", "dill", "cloudpickle",
                     "joblib", "marshal", "shelve", "jsonpickle", "pydoc"), _LOADS),
}  # fmt: skip

_BUILTINS: Final = {
    **dict.fromkeys(("eval", "exec", "execfile", "compile", "__import__", "breakpoint", "input"), _RUNS),
    **dict.fromkeys(("getattr", "setattr", "delattr", "globals", "locals", "vars", "map", "filter", "type",
                     "apply", "super", "property", "classmethod", "staticmethod"), _REACHES),
    "open": _FILES,
}  # fmt: skip


def danger(module: str, name: str) -> str:
    """Return what a global is known for, as the rest of a sentence; empty when it is just unknown."""
    if module in {"builtins", "__builtin__"}:
        return _BUILTINS.get(name.partition(".")[0], "")
    return _MODULES.get(module.partition(".")[0], "")
