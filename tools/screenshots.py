"""Takes the README's pictures: dashboard, request page, card and mail of a sandbox with three requests in it.

`python tools/screenshots.py [FOLDER]` (from the repository's root) starts a sandbox, promotes one model, has one
refused and one wait for approval, and writes `FOLDER/*.png` (docs/images). Needs Chromium.
"""

import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import requests
from playwright.sync_api import Browser, sync_playwright

from sandbox.config import Config
from sandbox.demo.people_at_work import DemoError, register, share
from sandbox.demo.play import Play
from sandbox.ready import ready
from sandbox.running import Sandbox, open_state

ROOT: Final = Path(__file__).parent.parent
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WIDE: Final = {"width": 1180, "height": 860}
_TALL: Final = {"width": 1180, "height": 1240}
_PATIENCE: Final = 120.0

type Reached = Callable[[dict[str, Any]], bool]


class Scene:
    """A sandbox with something to see."""

    def __init__(self, config: Config, folder: Path) -> None:
        """Play on a running sandbox; `folder` takes the trained model."""
        self.config = config
        self.said = ready(config, now=dt.datetime.now(dt.UTC))
        self._play = Play(config, folder)

    def set(self) -> str:
        """Promote version 1, have another model refused; return the request of version 2, which is pending."""
        self._play.train()
        tags = json.loads((self._play.model.parent / "tags.json").read_text())
        tags.setdefault("owner", "fares-team")
        first = self._examined("taxi-fare", "1", tags)
        self._post_evidence(first, p99=38.2)
        self._decide(first, "approver", "Better than the manual tariff on every district.")
        self._decide(first, "security", "Dependencies reviewed.")
        self._until(first, lambda request: request["state"] == "promoted")
        self._offer("tip-amount", "1", {**tags, "r2": "0.62"})
        self._found("tip-amount", "1", lambda request: request["state"] == "refused")
        better = {**tags, "rmse": f"{float(tags['rmse']) * 0.93:.3f}"}
        second = self._examined("taxi-fare", "2", better)
        self._post_evidence(second, p99=36.9)
        self._until(second, lambda request: request["state"] == "pending")
        return second

    def messages(self, request_id: str) -> dict[str, str]:
        """Return the newest card's and mail's id about a request, by channel."""
        deadline = time.monotonic() + _PATIENCE
        found: dict[str, str] = {}
        while len(found) < len(("teams", "email")) and time.monotonic() < deadline:
            items = requests.get(f"{self.config.inbox_url}/api/messages", timeout=60).json()[
                "items"
            ]
            about = [each for each in items if request_id in json.dumps(each)]
            found = {each["channel"]: each["id"] for each in reversed(about)}
            time.sleep(0.2)
        return found

    def _offer(self, name: str, version: str, tags: dict[str, str]) -> None:
        register(self.config, name, version, self._play.model, tags)
        share(self.config, name, version)

    def _examined(self, name: str, version: str, tags: dict[str, str]) -> str:
        self._offer(name, version, tags)
        return self._found(name, version, lambda request: bool(request["digest"]))

    def _found(self, name: str, version: str, reached: Reached) -> str:
        path = f"/api/promotions?name={name}&version={version}"
        items: list[dict[str, Any]] = []
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            items = self._call("reader", "GET", path)["items"]
            if items and reached(items[0]):
                return str(items[0]["id"])
            time.sleep(0.2)
        raise DemoError(f"{name}:{version} did not get where it should: {items}")

    def _post_evidence(self, request_id: str, *, p99: float) -> None:
        request = self._call("reader", "GET", f"/api/promotions/{request_id}")
        body = {
            "name": "performance-test",
            "outcome": "passed",
            "digest": request["digest"],
            "data": {"p99_ms": p99, "requests": 10_000},
            "url": "https://ci.example/runs/4711",
        }
        self._call("evidence", "POST", f"/api/promotions/{request_id}/evidence", json=body)

    def _decide(self, request_id: str, role: str, comment: str) -> None:
        request = self._until(request_id, lambda request: request["state"] == "pending")
        self._call(
            role,
            "POST",
            f"/api/promotions/{request_id}/decisions",
            json={"verdict": "approve", "digest": request["digest"], "comment": comment},
            headers={"If-Match": f'"{request["revision"]}"'},
        )

    def _until(self, request_id: str, reached: Reached) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE
        request: dict[str, Any] = {}
        while time.monotonic() < deadline:
            request = self._call("reader", "GET", f"/api/promotions/{request_id}")
            if reached(request):
                return request
            time.sleep(0.2)
        raise DemoError(f"The request stays {request['state']}: {request['problem']}")

    def _call(self, role: str, method: str, path: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on
        headers = {**self.said["people"][role], **options.pop("headers", {})}
        url = self.config.functions_url + path
        answer = requests.request(method, url, headers=headers, timeout=60, **options)
        if not answer.ok:
            raise DemoError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found


def main(folder: Path) -> int:
    """Take all pictures into a folder; return the exit code."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        print("Chromium is missing: install your system's package chromium.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMOTION_POLICY_FILE"] = str(ROOT / "tools" / "screenshots.yaml")
    with tempfile.TemporaryDirectory() as state:
        config, _ = open_state(Path(state) / "state")
        with Sandbox(config), sync_playwright() as playwright:
            scene = Scene(config, Path(state))
            request_id = scene.set()
            flags = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
            browser = playwright.chromium.launch(executable_path=program, args=flags)
            take(browser, scene, request_id, folder)
            browser.close()
    for picture in sorted(folder.glob("*.png")):
        print(f"{picture.name}: {picture.stat().st_size // 1024} KiB")
    return 0


def take(browser: Browser, scene: Scene, request_id: str, folder: Path) -> None:
    """Take every picture."""
    headers = scene.said["people"]["approver"]
    page_url = f"{scene.config.functions_url}/promotions/{request_id}?verdict=approve"
    for name, url, dark in (
        ("dashboard", f"{scene.config.functions_url}/", False),
        ("request", page_url, False),
        ("request-dark", page_url, True),
    ):
        context = browser.new_context(
            viewport=_WIDE if name == "dashboard" else _TALL,
            color_scheme="dark" if dark else "light",
            extra_http_headers=headers,
        )
        page = context.new_page()
        page.goto(url)
        page.screenshot(path=folder / f"{name}.png")
        context.close()
    _take_messages(browser, scene, request_id, folder)


def _take_messages(browser: Browser, scene: Scene, request_id: str, folder: Path) -> None:
    found = scene.messages(request_id)
    page = browser.new_page(viewport={"width": 1180, "height": 1600})
    page.goto(f"{scene.config.inbox_url}/?channel=teams")
    page.wait_for_load_state("networkidle")
    page.locator(f'[id="{found["teams"]}"] .card').screenshot(path=folder / "card.png")
    page = browser.new_page(viewport={"width": 720, "height": 400})
    page.goto(f"{scene.config.inbox_url}/messages/{found['email']}/html")
    page.screenshot(path=folder / "mail.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
