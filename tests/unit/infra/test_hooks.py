"""The hooks call az as they should, wait no longer than they may, and say what is missing."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from infra.hooks import subscribe
from infra.hooks.azure_cli import HookError
from tests.unit.infra.conftest import ROOT

#: A stand-in for az and azd: notes its arguments, answers what the test put beside it.
_PROGRAM = """#!{python}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]) + "\\n")
answers = json.loads((folder / "answers.json").read_text())
line = " ".join(sys.argv[1:])
found = next((answers[key] for key in sorted(answers, key=len, reverse=True) if line.startswith(key)), None)
if found == "fail":
    sys.exit("that did not work")
print("" if found is None else json.dumps(found))
"""
_ENVIRONMENT = {
    "AZURE_ENV_NAME": "demo",
    "AZURE_RESOURCE_GROUP": "rg-demo",
    "PROMOTION_APP_ID": "/subscriptions/s/app",
    "PROMOTION_APP_NAME": "func-demo",
    "PROMOTION_APP_PRINCIPAL_ID": "principal",
    "PROMOTION_APP_URL": "https://func-demo.azurewebsites.net",
    "PROMOTION_DEAD_LETTER_ACCOUNT_ID": "/subscriptions/s/account",
    "PROMOTION_DEAD_LETTER_CONTAINER": "undelivered",
    "PROMOTION_SYSTEM_TOPIC": "topic",
    "PROMOTION_SYSTEM_TOPIC_GROUP": "rg-ml",
    "PROMOTION_SYSTEM_TOPIC_SUBSCRIPTION": "subscription",
}
_READY = {
    "functionapp function list": [{"name": "func-demo/on_model_registered"}],
    "functionapp keys list": {"systemKeys": {"eventgrid_extension": "key"}},
}


class Azure:
    """A folder with the stand-ins, and what they were asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("az", "azd"):
            program = folder / name
            program.write_text(_PROGRAM.format(python=sys.executable))
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.answers({})

    def answers(self, answers: dict[str, object]) -> None:
        """Set what calls that begin so are answered."""
        (self.folder / "answers.json").write_text(json.dumps(answers))

    def calls(self, *begin: str) -> list[list[str]]:
        """Return the calls that begin so."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        made = [json.loads(line) for line in lines]
        return [each for each in made if each[: len(begin)] == list(begin)]


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Azure:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv("PROMOTION_AUTH_CLIENT_ID", raising=False)
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return Azure(tmp_path)


def _run(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, f"infra/hooks/{script}", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_first_sign_in_makes_a_registration_and_remembers_it(azure: Azure) -> None:
    azure.answers({"ad app list": [], "ad app create": {"appId": "client"}, "ad sp list": []})

    done = _run("sign_in.py", "register")

    assert done.returncode == 0, done.stderr
    assert len(azure.calls("az", "ad", "app", "create")) == 1
    assert len(azure.calls("az", "ad", "sp", "create")) == 1
    assert azure.calls("azd") == [["azd", "env", "set", "PROMOTION_AUTH_CLIENT_ID", "client"]]


def test_a_registration_that_is_there_is_used_again(azure: Azure) -> None:
    azure.answers({"ad app list": [{"appId": "client"}], "ad sp list": [{"id": "sp"}]})

    done = _run("sign_in.py", "register")

    assert done.returncode == 0, done.stderr
    assert azure.calls("az", "ad", "app", "create") == []
    assert azure.calls("az", "ad", "sp", "create") == []


def test_two_registrations_of_one_name_are_told(azure: Azure) -> None:
    azure.answers({"ad app list": [{"appId": "one"}, {"appId": "two"}]})

    done = _run("sign_in.py", "register")

    assert done.returncode == 1
    assert "set PROMOTION_AUTH_CLIENT_ID to one" in done.stderr


def test_the_identity_of_the_app_vouches_for_the_registration(
    azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMOTION_AUTH_CLIENT_ID", "client")
    azure.answers({"account show": {"tenantId": "tenant"}, "ad app federated-credential list": []})

    done = _run("sign_in.py", "trust")

    assert done.returncode == 0, done.stderr
    made = azure.calls("az", "ad", "app", "federated-credential", "create")[0]
    credential = json.loads(made[made.index("--parameters") + 1])
    assert credential["subject"] == "principal"
    assert credential["issuer"].endswith("/tenant/v2.0")


def test_a_registration_that_trusts_another_identity_is_not_changed(
    azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMOTION_AUTH_CLIENT_ID", "client")
    kept = [{"name": "promotion-app-identity", "subject": "another"}]
    azure.answers({"ad app federated-credential list": kept})

    done = _run("sign_in.py", "trust")

    assert done.returncode == 1
    assert "trusts another identity" in done.stderr
    assert azure.calls("az", "ad", "app", "federated-credential", "create") == []


def test_the_subscription_is_deployed_once_function_and_key_are_there(azure: Azure) -> None:
    azure.answers(dict(_READY))

    done = _run("subscribe.py")

    assert done.returncode == 0, done.stderr
    deployed = azure.calls("az", "deployment", "group", "create")[0]
    assert "functionAppId=/subscriptions/s/app" in deployed
    assert deployed[deployed.index("--resource-group") + 1] == "rg-ml"


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("functionapp function list", "the function on_model_registered"),
        ("functionapp keys list", "the system key eventgrid_extension"),
    ],
)
def test_waiting_ends_and_says_what_is_missing(azure: Azure, missing: str, told: str) -> None:
    azure.answers({name: answer for name, answer in _READY.items() if name != missing})

    with pytest.raises(HookError, match=told):
        subscribe.wait(tries=2, pause=0)

    assert azure.calls("az", "deployment") == []


def test_what_az_says_is_passed_on(azure: Azure) -> None:
    azure.answers({"functionapp function list": "fail"})

    done = _run("subscribe.py")

    assert done.returncode == 1
    assert "az functionapp failed: that did not work" in done.stderr


def test_without_azd_a_missing_value_is_named(
    azure: Azure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMOTION_APP_NAME")

    done = _run("subscribe.py")

    assert done.returncode == 1
    assert "PROMOTION_APP_NAME is not set" in done.stderr
    assert azure.calls("az") == []
