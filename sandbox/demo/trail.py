"""The exported trail of the demo: downloaded as an auditor would, verified by the product's own command."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from sandbox.demo.people_at_work import Api, DemoError

_ROOT = Path(__file__).parent.parent.parent


def export(api: Api, request_id: str, path: Path) -> None:
    """Write the sealed trail of a request to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(api.download(f"/api/promotions/{request_id}/audit/export"))


def check(path: Path, *, key: Path, files: Path) -> int:
    """Verify the trail in a file, its signatures and the files it speaks of; return how many facts it has.

    Raises:
        DemoError: it is not intact, with what is wrong.
    """
    command = ["audit", "verify", str(path), "--key", str(key), "--files", str(files), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "promotion", *command],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"The trail does not verify: {done.stderr}{done.stdout}")
    found: dict[str, Any] = msgspec.json.decode(done.stdout)
    facts: int = found["report"]["facts"]
    return facts
