"""Hostile pickles that misuse what is allowed, and pickles that no pickler writes."""

from collections.abc import Iterator

from tests.corpus.hostile.sample import CALL, CALL4, Sample, one, short

_ORDERED = b"\x80\x04ccollections\nOrderedDict\n"


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _calls()
    yield from _malformed()


def _calls() -> Iterator[Sample]:
    """What may be done with globals that are allowed."""
    called = b"cnumpy\nlog1p\n(tR."
    yield one(
        "function that may only be held", "model.pkl", called, "pickle-call", called.index(b"R")
    )
    constructed = b"cxgboost.core\nBooster\n(N(d" + b"tR."
    yield one(
        "class whose constructor reads files",
        "model.pkl",
        constructed,
        "pickle-call",
        constructed.index(b"R"),
    )
    made = b"\x80\x04cxgboost.core\nBooster\nN\x85\x81."
    yield one(
        "constructor's arguments by NEWOBJ", "model.pkl", made, "pickle-call", made.index(b"\x81")
    )
    named = (
        b"\x80\x04cxgboost.core\nBooster\n)}"
        + short("model_file")
        + short("/etc/hostname")
        + b"s\x92."
    )
    yield one(
        "constructor's arguments by NEWOBJ_EX",
        "model.pkl",
        named,
        "pickle-call",
        named.index(b"\x92"),
    )
    held = b"\x80\x04cnumpy\nlog1p\n)\x81."
    yield one("function as a class", "model.pkl", held, "pickle-call", held.index(b"\x81"))
    instance = _ORDERED + b")R)R."
    yield one(
        "call of an instance",
        "model.pkl",
        instance,
        "pickle-unresolved-call",
        instance.rindex(b"R"),
    )
    listed = b"\x80\x04]ccollections\nOrderedDict\na)R."
    yield one("call of a list", "model.pkl", listed, "pickle-unresolved-call", listed.rindex(b"R"))
    build = _ORDERED + b"N}" + short("fromkeys") + b"Ns\x86b."
    yield one("attributes of a class", "model.pkl", build, "pickle-build", build.rindex(b"b"))
    function = b"\x80\x04cnumpy\nlog1p\n}b."
    yield one(
        "attributes of a function", "model.pkl", function, "pickle-build", function.rindex(b"b")
    )
    base = b"\x80\x02ccopyreg\n_reconstructor\n(ccollections\nOrderedDict\ncnumpy\nndarray\nNtR."
    yield one("foreign base class", "model.pkl", base, "pickle-call", base.rindex(b"R"))
    codec = b"\x80\x02c_codecs\nencode\n(X\x01\0\0\0aX\x04\0\0\0zlibtR."
    yield one("codec by name", "model.pkl", codec, "pickle-call", codec.rindex(b"R"))
    newobj = b"\x80\x02ccopyreg\n__newobj__\n(cxgboost.core\nBooster\nNtR."
    yield one(
        "constructor's arguments by copyreg",
        "model.pkl",
        newobj,
        "pickle-call",
        newobj.rindex(b"R"),
    )
    subtype = b"\x80\x02cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nlog1p\n(K\x00tU\x01btR."
    yield one("array of an odd subtype", "model.pkl", subtype, "pickle-call", subtype.rindex(b"R"))
    nothing = b"\x80\x02cnumpy._core.multiarray\n_reconstruct\n(N(K\x00tU\x01btR."
    yield one(
        "array of an unknown subtype", "model.pkl", nothing, "pickle-call", nothing.rindex(b"R")
    )
    memory = b"\x80\x03cbuiltins\nbytearray\n(J\xff\xff\xff\x7ftR."
    yield one("two gigabytes of zeros", "model.pkl", memory, "pickle-call", memory.rindex(b"R"))
    random = (
        b"\x80\x04cnumpy.random._pickle\n__randomstate_ctor\n(X\x07\0\0\0MT19937cnumpy\nlog1p\ntR."
    )
    yield one("random generator's maker", "model.pkl", random, "pickle-call", random.rindex(b"R"))
    hook = (
        b"\x80\x04csklearn.preprocessing._function_transformer\nFunctionTransformer\n)\x81}"
        + short("func")
        + b"cos\ngetcwd\nsb."
    )
    yield one(
        "transformer with a foreign function",
        "model.pkl",
        hook,
        "pickle-global",
        hook.index(b"cos\n"),
    )
    flags = b"\x80\x02cnumpy\ndtype\n(X\x02\0\0\0O8I00\nI01\ntR(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb."
    yield one(
        "object type that denies its pointers",
        "model.pkl",
        flags,
        "pickle-dtype",
        flags.rindex(b"b"),
    )
    width = b"\x80\x02cnumpy\ndtype\n(X\x02\0\0\0V8I00\nI01\ntR(K\x03X\x01\0\0\0|NNNM\x00\x10K\x01K\x00tb."
    yield one(
        "type that lies about its width", "model.pkl", width, "pickle-dtype", width.rindex(b"b")
    )
    alias = b"\x80\x04}\x94h\x00" + short("a") + b"Ns0."
    yield one(
        "dictionary under a second name",
        "model.pkl",
        alias,
        "pickle-unfollowed-change",
        alias.rindex(b"s"),
    )


def _malformed() -> Iterator[Sample]:
    yield one("truncated", "model.pkl", CALL4[:8], "truncated", 8)
    broken = CALL[:-1] + b"\xff"
    yield one("runs before it breaks", "model.pkl", broken, "pickle-global", 0)
    yield one("unknown opcode", "model.pkl", b"\x80\x04N\xff.", "pickle-malformed", 3)
    yield one("protocol of the future", "model.pkl", b"\x80\x09N.", "pickle-malformed", 0)
    yield one("empty stack", "model.pkl", b"\x80\x04.", "pickle-malformed", 2)
    yield one("mark that was never set", "model.pkl", b"\x80\x04t.", "pickle-malformed", 2)
    yield one(
        "memo entry that was never stored", "model.pkl", b"\x80\x04h\x07.", "pickle-malformed", 2
    )
    yield one(
        "frame inside a frame",
        "model.pkl",
        b"\x80\x04\x95\x20\0\0\0\0\0\0\0\x95\x01\0\0\0\0\0\0\0N.",
        "pickle-malformed",
        11,
    )
    yield one("buffers from outside", "model.pkl", b"\x80\x05\x97.", "pickle-out-of-band", 2)
    yield one("persistent id on a line", "model.pkl", b"Pos.getcwd\n.", "pickle-persistent-id", 0)
    yield one(
        "persistent id from the stack", "model.pkl", b"\x80\x04N\x85Q.", "pickle-persistent-id", 4
    )
    yield one(
        "argument longer than the file",
        "model.pkl",
        b"\x80\x04B\xff\xff\xff\x7fabc",
        "truncated",
        7,
    )
    yield one(
        "nothing but marks", "model.pkl", b"\x80\x04" + b"(" * 20_000, "too-much-work", 10_241
    )
