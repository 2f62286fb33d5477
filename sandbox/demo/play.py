"""The demo's steps in order, each safe to be followed by a crash of the Functions host.

Knows the steps, not how the terminal shows them.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sandbox.app_environment import public_key
from sandbox.config import Config
from sandbox.demo import trail
from sandbox.demo.people_at_work import (
    SOURCE,
    TARGET,
    Api,
    Browser,
    DemoError,
    inbox,
    read_back,
    register,
    share,
)

ROOT: Final = Path(__file__).parent.parent.parent
NAME: Final = "taxi-fare"
VERSION: Final = "1"

type Step = tuple[str, Callable[[], str]]


@dataclass
class Play:
    """One promotion of the sample model; `folder` takes what it makes."""

    config: Config
    folder: Path
    patience: float = 120
    request: dict[str, Any] = field(default_factory=dict)
    started: float = 0

    def steps(self) -> Iterator[Step]:
        """Yield what is done, in words, and the function that does it and tells what came of it."""
        yield "Train a taxi-fare model on the sample's data", self.train
        yield "Register it in the development workspace (azure-ai-ml)", self.register
        yield "Share it to the development registry (azure-ai-ml)", self.share
        yield "The event opens a request; checks run", self.wait_until_asked
        yield "Teams card and mail arrive", self.look_at_inbox
        yield "An approver signs in and approves on the page", self.approve
        yield "The copy runs, registry to registry", self.wait_until_promoted
        yield "Read it back under an identity that may only read", self.compare
        yield "Export the audit trail and verify it", self.audit

    @property
    def model(self) -> Path:
        """The trained model's folder."""
        return self.folder / "model" / "model"

    def train(self) -> str:
        """Train the sample model by its own script."""
        out = self.folder / "model"
        shutil.rmtree(out, ignore_errors=True)
        script = ROOT / "samples" / "taxi-fare" / "train.py"
        done = subprocess.run(
            [sys.executable, str(script), "--out", str(out)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoError(f"Training failed: {done.stderr[-2000:]}")
        metrics = json.loads((out / "metrics.json").read_text())
        return ", ".join(f"{k} {v:.3g}" for k, v in metrics.items() if isinstance(v, float))

    def register(self) -> str:
        """Register the model with its tags."""
        self.started = time.monotonic()
        tags = json.loads((self.folder / "model" / "tags.json").read_text())
        tags.setdefault("owner", "fares-team")
        register(self.config, NAME, VERSION, self.model, tags)
        return f"{NAME}:{VERSION}"

    def share(self) -> str:
        """Share the model to the source registry."""
        share(self.config, NAME, VERSION)
        return SOURCE

    def wait_until_asked(self) -> str:
        """Wait until the request is pending."""
        self.request = self._api().wait_for(NAME, VERSION, "pending", self.patience)
        passed = ", ".join(check["name"] for check in self.request["checks"])
        return f"request {self.request['id'][:8]}…, passed: {passed}"

    def look_at_inbox(self) -> str:
        """Wait for card and mail."""
        messages = inbox(self.config, self.patience)
        if problems := [each["problem"] for each in messages if each.get("problem")]:
            raise DemoError(f"A message is not right: {problems[0]}")
        return f"{len(messages)} messages, see {self.config.inbox_url}/"

    def approve(self) -> str:
        """Decide through the page's form."""
        request_id = self.request["id"]
        Browser(self.config, "approver").decide(request_id, "approve", "Checked in the demo.")
        decided = self._api().get(f"/api/promotions/{request_id}")
        if not decided["decisions"]:
            raise DemoError(f"The decision is not recorded; the request is {decided['state']}.")
        return f"on {decided['digest'][:19]}…"

    def wait_until_promoted(self) -> str:
        """Wait for the copy's end."""
        self.request = self._api().wait_for(NAME, VERSION, "promoted", self.patience)
        progress = self.request["progress"]
        return f"{progress['files_done']} files, {progress['bytes_done']:,} bytes"

    def compare(self) -> str:
        """Download the production model and compare it with what was trained, byte by byte."""
        into = self.folder / "downloaded"
        shutil.rmtree(into, ignore_errors=True)
        properties = read_back(self.config, NAME, VERSION, into)
        if properties.get("promotion.digest") != self.request["digest"]:
            raise DemoError(f"The production version's lineage is not there: {properties}")
        return f"{_same(self.model, into)} files, every byte the same"

    def audit(self) -> str:
        """Export and verify the trail."""
        path = self.folder / "audit.jsonl"
        trail.export(self._api(), self.request["id"], path)
        shutil.copyfile(public_key(self.config), self.folder / "audit.pub.pem")
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        return f"{self._verified()} facts in {shown}, signed; verified with audit.pub.pem"

    def summary(self) -> str:
        """The demo's last line."""
        seconds = time.monotonic() - self.started
        facts = self._verified()
        return (
            f"promoted {NAME}:{VERSION} {SOURCE} -> {TARGET} in {seconds:.1f} s; "
            f"audit chain verified ({facts} facts)"
        )

    def _verified(self) -> int:
        downloaded = next(iter((self.folder / "downloaded").rglob("MLmodel"))).parent
        key = self.folder / "audit.pub.pem"
        return trail.check(self.folder / "audit.jsonl", key=key, files=downloaded)

    def _api(self) -> Api:
        return Api(self.config, "approver")


def _same(expected: Path, downloaded: Path) -> int:
    wanted = {p.relative_to(expected): p for p in expected.rglob("*") if p.is_file()}
    roots = [p.parent for p in downloaded.rglob("MLmodel")]
    if len(roots) != 1:
        raise DemoError(f"The download has {len(roots)} MLmodel files, one was expected.")
    found = {p.relative_to(roots[0]): p for p in roots[0].rglob("*") if p.is_file()}
    if differing := sorted(str(p) for p in wanted.keys() ^ found.keys()):
        raise DemoError(f"Files are missing or added: {', '.join(differing)}")
    for path, file in wanted.items():
        if file.read_bytes() != found[path].read_bytes():
            raise DemoError(f"{path} is not the file that was registered.")
    return len(wanted)
