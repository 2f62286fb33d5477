"""Hostile torch archives: pickles and code beside, behind and instead of what torch wrote."""

import zipfile
from collections.abc import Iterator

from tests.corpus.benign import FILES
from tests.corpus.hostile.sample import CALL4, Sample, one, zipped


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _torch()


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
    custom = b"def forward(self, x: Tensor) -> Tensor:\n  return ops.custom.run(x)\n"
    code[root + "code/__torch__.py"] = custom
    yield one(
        "TorchScript with native operators",
        "m.pt",
        zipped(code),
        "torchscript-operator",
        custom.index(b"ops."),
        f"!{root}code/__torch__.py",
    )
