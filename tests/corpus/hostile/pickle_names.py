"""Hostile pickles: every way to name or build a global, and functions that scanners have let through."""

from collections.abc import Iterator

from tests.corpus.hostile.sample import CALL, CALL4, Sample, one, short


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _names()
    yield from _gadgets()


def _names() -> Iterator[Sample]:
    yield one("protocol 0", "model.pkl", CALL, "pickle-global", 0)
    yield one("protocol 4 by stack", "model.pkl", CALL4, "pickle-global", 14)
    memo = (
        b"\x80\x04"
        + short("os")
        + b"\x94"
        + short("getcwd")
        + b"\x94"
        + b"0" * 2
        + b"h\x00h\x01\x93)R."
    )
    yield one("names from the memo", "model.pkl", memo, "pickle-global", memo.index(b"\x93"))
    swapped = (
        b"\x80\x04"
        + short("collections")
        + b"q\x00"
        + short("os")
        + b"q\x00"
        + b"00h\x00"
        + short("getcwd")
        + b"\x93)R."
    )
    yield one(
        "memo entry overwritten", "model.pkl", swapped, "pickle-global", swapped.index(b"\x93")
    )
    gap = (
        b"\x80\x04"
        + short("x")
        + b"q\x05"
        + short("os")
        + b"\x94"
        + b"00h\x01"
        + short("getcwd")
        + b"\x93)R."
    )
    yield one("MEMOIZE counts entries", "model.pkl", gap, "pickle-global", gap.index(b"\x93"))
    far = (
        b"\x80\x04"
        + short("os")
        + b"r\xff\xff\x10\x00"
        + b"0j\xff\xff\x10\x00"
        + short("getcwd")
        + b"\x93)R."
    )
    yield one("memo entry far away", "model.pkl", far, "pickle-global", far.index(b"\x93"))
    duplicated = b"\x80\x04" + short("os") + b"2" + short("getcwd") + b"\x93)R."
    yield one(
        "name duplicated on the stack",
        "model.pkl",
        duplicated,
        "pickle-global",
        duplicated.index(b"\x93"),
    )
    for opcode, name in ((b"X\x02\0\0\0os", "BINUNICODE"), (b"\x8d\x02\0\0\0\0\0\0\0os", "BINUNICODE8"), (b"U\x02os", "SHORT_BINSTRING"),
                         (b"T\x02\0\0\0os", "BINSTRING"), (b"S'os'\n", "STRING"), (b"Vos\n", "UNICODE"), (b"V\\u006fs\n", "UNICODE with escapes")):  # fmt: skip
        content = b"\x80\x04" + opcode + short("getcwd") + b"\x93)R."
        yield one(
            f"module by {name}", "model.pkl", content, "pickle-global", content.index(b"\x93")
        )
    escaped = b"S'\\x6fs'\nS'getcwd'\n\x93)R."
    yield one(
        "STRING with escapes",
        "model.pkl",
        escaped,
        "pickle-unresolved-global",
        escaped.index(b"\x93"),
    )
    computed = b"\x80\x04" + short("os") + b"]\x93)R."
    yield one(
        "name that is no text",
        "model.pkl",
        computed,
        "pickle-unresolved-global",
        computed.index(b"\x93"),
    )
    long = b"\x80\x04" + short("os") + b"X\x00\x03\x00\x00" + b"g" * 768 + b"\x93)R."
    yield one(
        "name of 768 letters", "model.pkl", long, "pickle-unresolved-global", long.index(b"\x93")
    )
    yield one("INST", "model.pkl", b"(ios\ngetcwd\n.", "pickle-global", 1)
    yield one("extension code", "model.pkl", b"\x80\x02\x82\x01)R.", "pickle-extension-code", 2)
    yield one(
        "extension code of four bytes",
        "model.pkl",
        b"\x80\x02\x84\x01\0\0\0)R.",
        "pickle-extension-code",
        2,
    )
    yield one("Python 2's name", "model.pkl", b"c__builtin__\neval\n(tR.", "pickle-global", 0)
    yield one("Python 2's module", "model.pkl", b"ccommands\ngetoutput\n(tR.", "pickle-global", 0)
    yield one(
        "Python 2's name for an allowed alias",
        "model.pkl",
        b"citertools\nimap\n(tR.",
        "pickle-global",
        0,
    )
    dotted = (
        b"\x80\x04" + short("collections") + short("OrderedDict.fromkeys.__self__") + b"\x93)R."
    )
    yield one(
        "attribute of an allowed class", "model.pkl", dotted, "pickle-global", dotted.index(b"\x93")
    )
    through = b"\x80\x04" + short("collections") + short("abc.sys.modules") + b"\x93)R."
    yield one(
        "module reached through another",
        "model.pkl",
        through,
        "pickle-global",
        through.index(b"\x93"),
    )
    yield one(
        "space behind the name",
        "model.pkl",
        b"ccollections \nOrderedDict\n(tR.",
        "pickle-global",
        0,
    )
    yield one(
        "submodule of an allowed one",
        "model.pkl",
        b"cnumpy.f2py.capi_maps\ngetinit\n(tR.",
        "pickle-global",
        0,
    )


def _gadgets() -> Iterator[Sample]:
    """Functions of harmless-looking modules that scanners have let through."""
    named = (
        "builtins getattr", "builtins eval", "operator attrgetter", "operator methodcaller", "functools partial", "importlib import_module",
        "numpy load", "numpy fromfile", "numpy memmap", "numpy.testing._private.utils runstring", "torch.load load", "torch.hub load",
        "torch.serialization load", "torch.utils._config_module load_config", "torch.jit.unsupported_tensor_ops execWrapper",
        "torch.utils.data.datapipes.utils.decoder basichandlers", "pip._internal main", "pip main", "idlelib.run Executive", "cProfile runctx", "timeit timeit",
        "doctest debug_script", "trace Trace", "code InteractiveInterpreter", "asyncio.unix_events _UnixSubprocessTransport", "logging.config listen",
        "_io FileIO", "linecache getline", "urllib.request urlopen", "shutil rmtree", "types CodeType", "types FunctionType", "marshal loads",
        "joblib load", "joblib.numpy_pickle load", "sklearn.datasets._base load_files", "sklearn.utils._testing SkipTest", "pandas read_pickle",
        "pandas.core.computation.eval eval", "scipy.stats._distn_infrastructure rv_frozen", "scipy.stats._continuous_distns norm_gen",
        "numpy._core._ufunc_reconstruct x", "numpy.core _ufunc_reconstruct", "cloudpickle.cloudpickle _make_function",
        "cloudpickle.cloudpickle _builtin_type", "dill._dill _create_function", "xgboost.core DMatrix", "lightgbm.basic Dataset", "keras.models load_model",
        "tensorflow.python.ops.io_ops write_file", "joblib.memory Memory", "joblib.numpy_pickle_compat NDArrayWrapper", "copyreg add_extension", "ctypes CDLL",
        "builtins __import__", "builtins type", "builtins map", "weakref finalize", "multiprocessing.util _exit_function",
    )  # fmt: skip
    for label in named:
        module, name = label.split()
        content = f"c{module}\n{name}\n(tR.".encode()
        yield one(f"gadget {module}.{name}", "model.pkl", content, "pickle-global", 0)
