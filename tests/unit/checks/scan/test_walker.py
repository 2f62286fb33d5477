"""The pickle walker sees every name that a real unpickler would look up, whatever the opcodes."""

import collections
import contextlib
import datetime as dt
import io
import pickle
import random
import sys

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from promotion.checks.scan.allow import Use, known_words, shipped
from promotion.checks.scan.budget import Budget
from promotion.checks.scan.pickles.aliases import present_name
from promotion.checks.scan.pickles.machine import Machine, Setting
from promotion.checks.scan.pickles.opcodes import HANDLERS
from promotion.checks.scan.policy import Limits
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.sources import BufferSource
from tests.corpus.hostile.sample import short
from tests.corpus.readers import scan


class Walk:
    """What the walker made of a pickle."""

    def __init__(self, content: bytes) -> None:
        self.rules: list[str] = []
        setting = Setting(
            budget=Budget(Limits(), len(content)),
            report=lambda rule, *_, **__: self.rules.append(rule),
            lookup=lambda module, name: shipped().get((module, name)),
            words=known_words(),
        )
        self.machine = Machine(BufferSource(content), 0, setting)
        try:
            self.end: int | None = self.machine.walk(HANDLERS)
        except ProblemError as problem:
            self.end = None
            self.rules.append(problem.rule)

    @property
    def names(self) -> set[tuple[str, str]]:
        """Modules and names that it met."""
        return set(self.machine.globals)


class _Anything:
    """Stands for every global: it can be called, created and filled, and does nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __setstate__(self, _: object) -> None:
        pass

    def __setitem__(self, *_: object) -> None:
        pass

    def append(self, _: object) -> None:
        """Take anything."""

    def extend(self, _: object) -> None:
        """Take anything."""

    def add(self, _: object) -> None:
        """Take anything."""


def _really_looked_up(content: bytes, unpickler: type) -> set[tuple[str, str]]:
    """Return the names that an unpickler looks up, none of which it gets."""
    met: set[tuple[str, str]] = set()

    class Recorder(unpickler):  # type: ignore[misc] # either of the library's two
        def find_class(self, module: str, name: str) -> type:
            met.add((module, name))
            return _Anything

    # Broken pickles may raise anything; what was met before counts.
    with contextlib.suppress(Exception):
        Recorder(io.BytesIO(content)).load()
    return met


#: Rules by which the walker says that it does not know what the pickle does from there on.
_LOST_TRACK = {
    "pickle-malformed",
    "pickle-unresolved-global",
    "pickle-unresolved-call",
    "truncated",
}

_WORDS = ("os", "getcwd", "x", "collections", "OrderedDict", "numpy", "dtype", "O8")
_OPCODES = [
    *(short(word) for word in _WORDS),
    *(b"X" + len(word).to_bytes(4, "little") + word.encode() for word in _WORDS[:4]),
    *(b"S'" + word.encode() + b"'\n" for word in _WORDS[:3]),
    *(bytes((code, index)) for code in b"qh" for index in range(5)),
    *(b"p%d\n" % index for index in range(3)),
    *(b"g%d\n" % index for index in range(3)),
    *(b"r" + index.to_bytes(4, "little") for index in (3, 70, 70_000)),
    *(b"j" + index.to_bytes(4, "little") for index in (3, 70, 70_000)),
    *(bytes((code,)) for code in b"\x94\x94\x94\x93\x93\x93012((t)]}l\x8f\x90\x91deasu\x85\x86\x87RRb\x81\x92o\x88\x89NNK"),
    b"cos\ngetcwd\n",
    b"ccollections\nOrderedDict\n",
    b"(ios\nx\n",
    b"I1\n",
    b"K\x07",
    b"C\x02ab",
    b"\x80\x02",
    b"\x80\x04",
    b"G" + bytes(8),
]  # fmt: skip


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(_OPCODES), max_size=40))
def test_no_order_of_opcodes_hides_a_name(opcodes: list[bytes]) -> None:
    content = b"".join(opcodes) + b"."
    walk = Walk(content)
    lost_track = _LOST_TRACK & set(walk.rules)

    for unpickler in (pickle.Unpickler, pickle._Unpickler):  # the pure one is what joblib builds on
        met = _really_looked_up(content, unpickler)
        foreign = {pair for pair in met if not {pair, present_name(*pair)} & shipped().keys()}
        unseen = {pair for pair in met if not {pair, present_name(*pair)} & walk.names}

        assert walk.rules or not foreign, content
        assert lost_track or not unseen, (content, unseen)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=5) | st.frozensets(st.integers()),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_VALUES, st.integers(0, 5))
def test_plain_values_pass_in_every_protocol(value: object, protocol: int) -> None:
    content = pickle.dumps(value, protocol)

    walk = Walk(content)

    assert (walk.end, walk.rules) == (len(content), [])
    assert walk.names == {
        present_name(*pair) for pair in _really_looked_up(content, pickle.Unpickler)
    }


@pytest.mark.parametrize("protocol", range(6))
def test_common_objects_pass_in_every_protocol(protocol: int) -> None:
    values = [
        collections.OrderedDict(a=1), collections.defaultdict(list), collections.deque([1]), dt.datetime(2024, 1, 2, tzinfo=dt.UTC), complex(1, 2),
        bytearray(b"x"), range(3), slice(1), {1, 2}, np.arange(3), np.float64(1), np.array(["a", None], dtype=object), np.random.default_rng(0),
        np.zeros(2, dtype=[("a", "f8"), ("b", "U3")]), np.datetime64("2024-01-01"), np.ma.masked_array([1, 2], [False, True]),
    ]  # fmt: skip

    walk = Walk(pickle.dumps(values, protocol))

    assert walk.rules == []


def test_every_opcode_of_the_library_has_a_handler() -> None:
    unknown = HANDLERS[0]

    named = {
        getattr(pickle, name)[0] for name in pickle.__all__ if name.isupper() and isinstance(getattr(pickle, name), bytes)
    }  # fmt: skip

    assert len(named) >= 65
    assert [chr(code) for code in named if HANDLERS[code] is unknown] == []


def test_allowed_globals_are_pairs_and_never_reach_further() -> None:
    forbidden = {"getattr", "eval", "exec", "__import__", "open", "compile", "attrgetter", "methodcaller", "partial", "import_module", "memmap", "load"}  # fmt: skip

    pairs = shipped()

    assert len(pairs) > 700
    assert not {pair for pair in pairs if pair[1] in forbidden}
    assert not {pair for pair in pairs if "." in pair[1] or "*" in "".join(pair)}
    assert not {
        pair
        for pair in pairs
        if pair[0].startswith(("scipy.stats", "os", "sys", "operator", "functools"))
    }


def test_no_function_of_the_lists_may_be_made_an_instance_of() -> None:
    creatable = [pair for pair, use in shipped().items() if Use.CREATE in use]

    for module, name in creatable:
        home = sys.modules.get(module)
        assert home is None or isinstance(vars(home).get(name, type), type), (module, name)


def test_random_bytes_end_in_a_finding_and_not_in_an_exception() -> None:
    generator = random.Random(0)  # noqa: S311 - reproducible noise
    for _ in range(500):
        content = b"\x80\x04" + generator.randbytes(generator.randrange(1, 80))

        assert scan({"model.pkl": content}).findings or Walk(content).end is not None
