"""Hostile torch archives: pickles and code beside, behind and instead of what torch wrote."""

import json
import zipfile
from collections.abc import Iterator

from tests.corpus.benign import FILES
from tests.corpus.hostile.sample import CALL4, Sample, one, zipped


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _torch()
    yield from _exported()


def _torch() -> Iterator[Sample]:
    good = FILES / "torch" / "state.pt"
    with zipfile.ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    root = next(name for name in members if name.endswith("/data.pkl")).removesuffix("data.pkl")

    def changed(name: str, content: bytes) -> bytes:
        return zipped({**members, root + name: content})

    yield one(
        "torch file with a foreign pickle",
        "m.pt",
        changed("data.pkl", CALL4),
        "pickle-global",
        14,
        f"!{root}data.pkl",
    )
    call = members[root + "data.pkl"][:-1] + CALL4[2:]
    yield one(
        "torch file with a call at the end",
        "m.pt",
        changed("data.pkl", call),
        "pickle-global",
        len(call) - 4,
        f"!{root}data.pkl",
    )
    yield one(
        "another pickle beside torch's",
        "m.pt",
        changed("more.pkl", CALL4),
        "pickle-global",
        14,
        f"!{root}more.pkl",
    )
    yield one(
        "pickle under an odd extension in a torch file",
        "m.pt",
        changed("more.xyz", CALL4),
        "pickle-global",
        14,
        f"!{root}more.xyz",
    )
    yield one(
        "pickle in a tensor's place",
        "m.pt",
        changed("data/0", b"\x80\x02" + CALL4[2:]),
        "pickle-hidden",
        0,
        f"!{root}data/0",
    )
    yield one(
        "zip in a tensor's place",
        "m.pt",
        changed("data/0", zipped({"a.pkl": CALL4})),
        "kind-mismatch",
        0,
        f"!{root}data/0",
    )
    yield one(
        "script beside torch's files",
        "m.pt",
        changed("run.py", b"print()\n"),
        "script",
        None,
        f"!{root}run.py",
    )
    storage = b"\x80\x02(X\x07\0\0\0storagecos\ngetcwd\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQ."
    yield one(
        "storage of a foreign type",
        "m.pt",
        changed("data.pkl", storage),
        "pickle-persistent-id",
        storage.index(b"Q"),
        f"!{root}data.pkl",
    )
    behind = members[root + "data.pkl"] + CALL4
    yield one(
        "pickle behind torch's pickle",
        "m.pt",
        changed("data.pkl", behind),
        "trailing-data",
        len(members[root + "data.pkl"]),
        f"!{root}data.pkl",
    )
    script = b"def forward(self, x: Tensor) -> Tensor:\n  y = torch.from_file('/etc/hostname', False, 4)\n  return y\n"
    code = {**members, root + "code/__torch__.py": script, root + "constants.pkl": b"\x80\x02)."}
    yield one(
        "TorchScript that reads files",
        "m.pt",
        zipped(code),
        "torchscript-operator",
        script.index(b"torch.from"),
        f"!{root}code/__torch__.py",
    )
    python = b"import os\ndef forward(self, x):\n  return x\n"
    code[root + "code/__torch__.py"] = python
    yield one(
        "Python in TorchScript's place",
        "m.pt",
        zipped(code),
        "script",
        0,
        f"!{root}code/__torch__.py",
    )
    for name, call in (
        ("native operators", b"ops.custom.run(x)"),
        ("native operators, spread", b"ops . custom . \\\n  run(x)"),
        ("a library of operators", b"torch.ops.load_library('x')"),
        ("another model", b"torch.hub.load('x', 'y')"),
    ):
        code[root + "code/__torch__.py"] = b"def forward(self, x):\n  return " + call + b"\n"
        place = f"!{root}code/__torch__.py"
        content = zipped(code)
        yield one(f"TorchScript with {name}", "m.pt", content, "torchscript-operator", 31, place)


def _program(**changes: object) -> bytes:
    node = {
        "target": changes.get("target", "torch.ops.aten.relu.default"),
        "inputs": [],
        "outputs": [],
    }
    size = {"expr_str": changes.get("expr_str", "2*Symbol('s0', integer=True)")}
    spec = {"in_spec": changes.get("in_spec", "[1, {}]")}
    return json.dumps(
        {"nodes": [node], "size": size, "spec": spec, "guards_code": changes.get("guards_code", [])}
    ).encode()


def _exported() -> Iterator[Sample]:
    def archive(program: bytes, **others: bytes) -> bytes:
        members = {
            "archive_format": b"pt2",
            "models/model.json": program,
            "data/weights/weight_0": bytes(8),
            **others,
        }
        return zipped({f"m/{name}": content for name, content in members.items()})

    for name, changes, key in (
        ("function of a module that torch imports", {"target": "torch.os.getcwd"}, "target"),
        ("loader as an operator", {"target": "torch.hub.load"}, "target"),
        ("operator that reads files", {"target": "torch.ops.aten.from_file.default"}, "target"),
        ("operator of somebody", {"target": "torch.ops.somebody.run.default"}, "target"),
        ("size that is code", {"expr_str": "__import__('os').getcwd()"}, "expr_str"),
        ("size that reaches attributes", {"expr_str": "Symbol('s0').__class__"}, "expr_str"),
        ("size that calls by name", {"expr_str": "exec(chr(49))"}, "expr_str"),
        ("specification that imports", {"in_spec": '{"__enum__": true, "fqn": "os:x"}'}, "in_spec"),
    ):
        program = _program(**changes)
        at = program.index(b'{"' + key.encode())
        yield one(
            f"pt2: {name}",
            "m.pt2",
            archive(program),
            "torchscript-operator",
            at,
            "!m/models/model.json",
        )
    guard = _program(guards_code=["__import__('os')"])
    yield one(
        "pt2: guard that is code",
        "m.pt2",
        archive(guard),
        "torchscript-operator",
        None,
        "!m/models/model.json",
    )
    yield one(
        "pt2: pickle in a weight's place",
        "m.pt2",
        archive(_program(), **{"data/weights/weight_0": CALL4}),
        "pickle-hidden",
        0,
        "!m/data/weights/weight_0",
    )
    library = archive(_program(), **{"data/aotinductor/model.so": b"\x7fELF"})
    yield one(
        "pt2: native code", "m.pt2", library, "native-code", None, "!m/data/aotinductor/model.so"
    )
