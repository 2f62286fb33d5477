"""How many modules each way into the app loads: exact, so that a start cannot grow unseen.

When a number here changes on purpose, change it here: the change is what a reviewer should see.
"""

from pathlib import Path

from bench import apps
from bench.child import ROOT, call


def test_the_app_loads_few_modules_more_than_the_same_triggers_without_bodies(
    tmp_path: Path,
) -> None:
    folders = apps.make(tmp_path)

    ours, empty = (
        call("bench.indexing:index", app=str(folders[name])) for name in ("ours", "empty")
    )

    assert ours["functions"] == empty["functions"] > 0
    assert ours["modules"] - empty["modules"] <= 30


def test_the_empty_app_has_the_triggers_of_the_app_and_nothing_else() -> None:
    source = (ROOT / "function_app.py").read_text()

    stripped = apps.empty(source)

    assert stripped.count("@app.function_name") == source.count("@app.function_name")
    assert stripped.count("import") == 1
    assert "bootstrap" not in stripped
