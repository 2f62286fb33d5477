"""The sample subscribers, fed with the events that the app publishes."""

import gzip
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import azure.functions as func
import pytest
from azure.core.credentials import AccessToken
from azure.data.tables import TableServiceClient

from promotion.domain.facts import FactType
from promotion.messages import event
from sandbox import tls
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.contract.channels.receiver import Answer, receiving
from tests.telling import story

SAMPLES: Final = Path(__file__).parent.parent.parent.parent / "samples" / "subscribers"

type Subscriber = Callable[[func.CloudEvent], None]


def loaded(name: str) -> Any:  # noqa: ANN401 -- a module
    """Return a sample's own function_app.py."""
    path = SAMPLES / name / "function_app.py"
    spec = importlib.util.spec_from_file_location(f"sample_{name.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def function_of(module: Any) -> Subscriber:  # noqa: ANN401 -- a module
    """Return its one function, as the worker calls it."""
    (only,) = module.app.get_functions()
    found: Subscriber = only.get_user_function()
    return found


def told(kind: FactType, *, large: bool = False) -> func.CloudEvent:
    """Return the event of a fact, as the worker hands it to a subscriber."""
    request, fact = story(kind)
    sent = event.event_of(request, fact, source="/azureml-promotion")
    if large:
        sent = event.by_reference(sent, fact, "sha256:" + "ab" * 32)
    return func.CloudEvent(
        id=sent.id,
        source=sent.source,
        type=sent.type,
        specversion="1.0",
        subject=sent.subject,
        data=sent.data,
        **cast("dict[str, Any]", sent.extensions),
    )


@pytest.fixture
def nothing_deployed(sandbox_config: Config, azurite: Azurite) -> None:
    """Forget what earlier tests have deployed: all of them tell the same fact."""
    assert azurite.running
    connection = sandbox_config.connection_string()
    with TableServiceClient.from_connection_string(connection) as service:
        service.delete_table("deployments")


@pytest.mark.azurite
def test_a_promotion_starts_one_deployment_however_often_it_is_told(
    sandbox_config: Config, nothing_deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nothing_deployed is None
    promoted = told(FactType.ASSET_PROMOTED)
    with receiving(Answer(204)) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", "team/deployments")
        monkeypatch.setenv("GITHUB_TOKEN", "a-token")
        monkeypatch.setenv("AzureWebJobsStorage", sandbox_config.connection_string())
        started = function_of(loaded("deploy-on-promoted"))
        for _ in range(3):
            started(promoted)

    (call,) = github.got
    assert call.path == "/repos/team/deployments/dispatches"
    sent = json.loads(call.body)["client_payload"]
    assert sent["fact"] == promoted.id
    assert sent["model"].startswith("azureml://registries/")
    assert sent["digest"].startswith("sha256:")


@pytest.mark.azurite
def test_a_deployment_that_could_not_be_started_is_started_when_it_is_told_again(
    sandbox_config: Config, nothing_deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nothing_deployed is None
    with receiving(Answer(204)) as github:
        github.plan(503)
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", "team/deployments")
        monkeypatch.setenv("GITHUB_TOKEN", "a-token")
        monkeypatch.setenv("AzureWebJobsStorage", sandbox_config.connection_string())
        started = function_of(loaded("deploy-on-promoted"))
        with pytest.raises(OSError, match="503"):
            started(told(FactType.ASSET_PROMOTED))
        started(told(FactType.ASSET_PROMOTED))

    assert len(github.got) == 2


@pytest.mark.parametrize("large", [False, True], ids=["whole", "by reference"])
def test_every_fact_becomes_a_row_in_log_analytics(
    sandbox_config: Config,
    certificates: None,
    monkeypatch: pytest.MonkeyPatch,
    *,
    large: bool,
) -> None:
    assert certificates is None
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox_config.ca_bundle))

    class Identity:
        def get_token(self, *_: str, **_options: object) -> AccessToken:
            return AccessToken("a-token", 2**40)

    module = loaded("log-analytics")
    monkeypatch.setattr(module, "DefaultAzureCredential", Identity)
    with receiving(Answer(204), tls.server_context(sandbox_config)) as logs:
        monkeypatch.setenv("LOGS_ENDPOINT", logs.url)
        monkeypatch.setenv("LOGS_RULE_ID", "dcr-1")
        monkeypatch.setenv("LOGS_STREAM", "Custom-Facts")
        function_of(module)(told(FactType.APPROVAL_REQUESTED, large=large))

    (call,) = logs.got
    assert call.path.startswith("/dataCollectionRules/dcr-1/streams/Custom-Facts")
    (row,) = json.loads(gzip.decompress(call.body))
    request, fact = story(FactType.APPROVAL_REQUESTED)
    assert (row["Request"], row["Sequence"], row["Hash"]) == (request.id, fact.sequence, fact.hash)
    assert ("reference" in json.loads(row["Fact"])) is large
    assert row["Type"] == ("" if large else "approval.requested")
