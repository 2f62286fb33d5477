"""Fuzzes the malware scan: mutated benign and hostile files, and random bytes, under names of every kind.

    .venv/bin/python tools/fuzz_scan.py --inputs 100000

Keeps every input that crashed, met a defect that the scanner caught in itself, or took more than a second of processor time
for a mebibyte (and for anything smaller), and fails on them and on more than 64 MiB of memory over the start. The same seed
makes the same inputs.
"""

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from promotion.checks.scan import ScanResult
from tests.corpus.readers import scan

_MEBIBYTE = 1 << 20
#: How many inputs are nothing but noise, and how many have another's name.
_NOISE = 0.05
_MISNAMED = 0.1
#: Larger samples are fuzzed by the part that parsers look at first.
_LARGEST = 256 * 1024
_NAMES = (
    "m.pkl", "m.joblib", "m.pt", "m.bin", "m.npy", "m.npz", "m.zip", "m.tar", "m.gz", "m.xz", "m.keras", "m.h5", "saved_model.pb", "m.onnx",
    "m.safetensors", "m.gguf", "m.ubj", "m.json", "MLmodel", "conda.yaml", "requirements.txt", "pyproject.toml", "setup.cfg", "m.skops", "m.cbm",
    "x.png", "x.jpg", "x.parquet", "keras_metadata.pb", "x.csv", "x.jinja", "x.pmml", "model", "m.lz4", "m.zz", "m.data", "v.index",
)  # fmt: skip
_TOKENS = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x80\x04", b"\x93NUMPY", b"GGUF", b"\x1f\x8b", b"TREE", b"SNOD", b"GCOL", b"cos\ngetcwd\n", b"\xff" * 8,
    b"\x00" * 8, b"\xff\xff\xff\x7f", b"(", b"t", b"R", b"b", b".", b"{", b"}", b"[", b"]", b'"', b"\\", b"\n", b"ustar",
)  # fmt: skip


def main() -> int:
    """Run the number of inputs asked for; return 1 when a bound was broken."""
    options = _options()
    if options.seeds is None:
        return _in_a_process_of_its_own(options)
    generator = random.Random(options.seed)  # noqa: S311 - reproducible, and nothing here is a secret
    seeds = msgspec.msgpack.decode(options.seeds.read_bytes(), type=list[tuple[str, bytes]])
    slowest, name_of_slowest, problems = 0.0, "", 0
    _forget_peak()
    start_memory, started = _memory(), time.monotonic()
    for number in range(options.inputs):
        name, content = _input(generator, seeds)
        seconds, result = _timed(name, content)
        rate = seconds / max(1.0, len(content) / _MEBIBYTE)
        if rate > slowest:
            slowest, name_of_slowest = rate, f"{name}, {len(content):,} bytes"
        problem = _problem(rate, len(content), result)
        if problem:
            problems += 1
            _keep(name, content, f"input {number}: {problem}")
    grown = (_memory() - start_memory) / 1024
    print(
        f"{options.inputs:,} inputs of {len(seeds):,} samples in {time.monotonic() - started:.0f} s: {problems} crashes, defects or "
        f"hangs; slowest {slowest:.2f} s of processor time a MiB ({name_of_slowest}); memory grew by {grown:.0f} MiB"
    )
    return int(problems > 0 or grown > options.memory)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the malware scan.")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=int, default=64, help="MiB that memory may grow by")
    parser.add_argument("--seeds", type=Path, help="what to mutate; made when it is not given")
    return parser.parse_args()


def _in_a_process_of_its_own(options: argparse.Namespace) -> int:
    """Fuzz where the libraries that made the samples are not loaded, so that memory tells the scan's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seeds"
        path.write_bytes(msgspec.msgpack.encode(_seeds()))
        command = [sys.executable, __file__, "--seeds", str(path)]
        for name in ("inputs", "seed", "memory"):
            command += [f"--{name}", str(getattr(options, name))]
        return subprocess.run(command, check=False).returncode


def _seeds() -> list[tuple[str, bytes]]:
    from tests.corpus import benign, hostile  # noqa: PLC0415 - only the first process loads the libraries

    found: dict[bytes, tuple[str, bytes]] = {}
    made = [sample.files for sample in benign.samples()] + [
        sample.files for sample in hostile.samples()
    ]
    for files in made:
        for path, content in files.items():
            kept = (
                content
                if len(content) <= _LARGEST
                else content[: _LARGEST // 2] + content[-_LARGEST // 2 :]
            )
            found[hashlib.sha256(kept).digest()] = (path, kept)
    return list(found.values())


def _input(generator: random.Random, seeds: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    if generator.random() < _NOISE:
        return generator.choice(_NAMES), generator.randbytes(generator.randrange(4096))
    name, content = generator.choice(seeds)
    mutated = bytearray(content)
    for _ in range(1 << generator.randrange(6)):
        _mutate(generator, mutated, seeds)
    if generator.random() < _MISNAMED:
        name = generator.choice(_NAMES)
    return name, bytes(mutated[:_LARGEST])


def _mutate(generator: random.Random, content: bytearray, seeds: list[tuple[str, bytes]]) -> None:
    at = generator.randrange(len(content) + 1)
    match generator.randrange(8):
        case 0 | 1 if content:
            content[at % len(content)] ^= 1 << generator.randrange(8)
        case 2 if content:
            content[at % len(content)] = generator.choice(
                (0, 1, 0x7F, 0x80, 0xFF, generator.randrange(256))
            )
        case 3:
            del content[at : at + generator.randrange(1, 64)]
        case 4:
            content[at:at] = generator.choice(_TOKENS)
        case 5:
            content[at : at + 8] = generator.choice(_TOKENS)
        case 6:
            content[at:at] = content[at : at + generator.randrange(1, 256)] * generator.randrange(
                1, 9
            )
        case _:
            other = generator.choice(seeds)[1]
            start = generator.randrange(len(other) + 1)
            content[at:at] = other[start : start + generator.randrange(512)]


def _timed(name: str, content: bytes) -> tuple[float, ScanResult | BaseException]:
    started = time.process_time()
    try:
        result: ScanResult | BaseException = scan({name: content})
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the fuzzing looks for
        result = error
    return time.process_time() - started, result


def _problem(rate: float, size: int, result: ScanResult | BaseException) -> str | None:
    if isinstance(result, BaseException):
        return f"raised {result!r}"
    defects = [finding for finding in result.findings if finding.rule == "scanner-defect"]
    if defects:
        return f"was caught in a defect: {defects[0]}"
    return f"took {rate:.2f} s of processor time a MiB, of {size:,} bytes" if rate > 1 else None


def _keep(name: str, content: bytes, problem: str) -> None:
    folder = Path("build/fuzz")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(content).hexdigest()[:12]}-{Path(name).name}"
    path.write_bytes(content)
    print(f"{problem}\nThe input is kept as {path}.")


def _forget_peak() -> None:
    """Begin to count the most memory held anew (Linux: proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory() -> int:
    """Return the most memory that was held since the peak was forgotten, in KiB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    sys.exit(main())
