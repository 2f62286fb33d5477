"""An example of a check of one's own: the model must have been measured on a holdout set that is large enough.

In the policy:

    - check: custom
      name: holdout
      run: samples.checks.holdout:large_enough
      settings: {file: holdout.json, at_least: 1000}
      time_limit: PT30S

The function runs in a process of its own, without the app's settings and secrets. It gets the snapshot of the asset
(what the registry says of it, its manifest, its files by ranges, the target's versions) and the entry's
settings; it answers with a CheckResult. What it raises makes the check errored, never passed.
"""

import json
from typing import Any

from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot


def large_enough(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Pass when the file named in the settings tells of at least so many rows."""
    path, wanted = settings["file"], settings["at_least"]
    if path not in snapshot.files.paths:
        return _answer(Outcome.FAILED, f"There is no {path} beside the model.", 0, wanted)
    reader = snapshot.files.open(path)
    rows = int(json.loads(reader.read(0, min(reader.size, 64 * 1024)))["rows"])
    if rows < wanted:
        return _answer(
            Outcome.FAILED, f"{rows} rows were held out, {wanted} are needed.", rows, wanted
        )
    return _answer(Outcome.PASSED, f"{rows} rows were held out.", rows, wanted)


def _answer(outcome: Outcome, summary: str, rows: int, wanted: int) -> CheckResult:
    evidence = {"rows": rows, "at_least": wanted}
    return CheckResult(name="holdout", outcome=outcome, summary=summary, evidence=evidence)
