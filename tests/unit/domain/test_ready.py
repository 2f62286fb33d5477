"""First reads by several threads, and that the product makes every type ready that it reads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent.parent
READERS: Final = frozenset(
    {"msgspec.json.decode", "msgspec.msgpack.decode", "msgspec.yaml.decode", "msgspec.convert"}
)
#: Keeps a type for later reads: none is made but in `ready` itself.
DECODERS: Final = frozenset({"msgspec.json.Decoder", "msgspec.msgpack.Decoder"})

#: In a process of its own, as one that is not ready ends it. Threads change after every few instructions.
FIRST_READS: Final = """
import sys, threading
import msgspec
from promotion.domain.ready import ready

def made():
    class Inner(msgspec.Struct):
        few: tuple[int, ...] = ()
        some: str | None = None
    class Row(msgspec.Struct):
        rows: tuple[Inner, ...] = ()
        named: dict[str, Inner] = {}
    return Row

def reads(row, together, found):
    together.wait()
    first = msgspec.json.decode(b'{"named":{"a":{"some":"b"}},"rows":[{"few":[1]}]}', type=ready(row))
    found.append(msgspec.convert(msgspec.to_builtins(first), ready(row)) == first)

sys.setswitchinterval(1e-6)
for _ in range(300):
    row, together, found = made(), threading.Barrier(4), []
    threads = [threading.Thread(target=reads, args=(row, together, found)) for _ in range(4)]
    for each in threads: each.start()
    for each in threads: each.join()
    assert found == [True] * 4
"""


def test_threads_that_read_a_structure_first_at_once_all_read_it() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", FIRST_READS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def unready(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that read content as a type that is not made ready there."""
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        name = ast.unparse(call.func)
        kinds = [each.value for each in call.keywords if each.arg == "type"]
        if name == "msgspec.convert":
            kinds = call.args[1:2]
        if name in DECODERS or (name in READERS and not all(_made_ready(each) for each in kinds)):
            yield call.lineno


def _made_ready(kind: ast.expr) -> bool:
    return isinstance(kind, ast.Call) and ast.unparse(kind.func) == "ready"


@pytest.mark.parametrize(
    "text",
    [
        "msgspec.json.decode(b'{}', type=Fact)",
        "msgspec.msgpack.decode(b'', type=kind)",
        "msgspec.convert({}, Fact, strict=False)",
        "msgspec.json.Decoder(Fact)",
    ],
)
def test_a_type_that_is_not_made_ready_is_seen(text: str) -> None:
    assert list(unready(ast.parse(text))) == [1]


def test_every_type_that_the_product_reads_is_made_ready() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "promotion").rglob("*.py"))
        if path.name != "ready.py"
        for line in unready(ast.parse(path.read_text()))
    ]

    assert found == []
