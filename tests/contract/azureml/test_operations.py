"""Operations of registries: they survive a restart, can fail, and give way to one another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.local_service import LocalService

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
IMAGE: dict[str, Any] = {"image": "an/image:1"}


@pytest.fixture
def author(calls_of: Callable[[Identity | None], Calls]) -> Calls:
    """Who may write the development registry."""
    return calls_of(PEOPLE["author"])


def path(name: str) -> str:
    """Return version 1 of an environment: the simplest asset, it has no files."""
    return f"/environments/{name}/versions/1"


def test_a_version_cannot_be_read_before_its_operation_has_ended(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"operation_delay": 0.6, "operation_hold": 0})
    accepted = author.put_version(DEV, path(name), IMAGE)

    assert author.get(author.registry(DEV, path(name))).status_code == 404
    author.admin("PATCH", "sandbox/knobs", {"operation_hold": 10})
    author.wait(accepted)
    assert author.get(author.registry(DEV, path(name))).status_code == 200


def test_an_operation_goes_on_after_a_restart(
    author: Calls, cloud: LocalService, name: str
) -> None:
    author.admin("PATCH", "sandbox/knobs", {"operation_delay": 1.0})
    accepted = author.put_version(DEV, path(name), IMAGE)
    cloud.restart()

    assert author.get(author.registry(DEV, path(name))).status_code == 404
    assert author.wait(accepted).status_code == 200
    assert author.get(author.registry(DEV, path(name))).status_code == 200


def test_a_finished_operation_is_still_known_after_a_restart(
    author: Calls, cloud: LocalService, name: str
) -> None:
    accepted = author.put_version(DEV, path(name), IMAGE)
    author.wait(accepted)
    cloud.restart()

    assert author.wait(accepted).status_code == 200


def test_a_failed_operation_leaves_nothing_and_can_be_tried_again(author: Calls, name: str) -> None:
    author.admin("POST", "sandbox/operation-faults", {"asset": name, "message": "no space"})
    failed = author.wait(author.put_version(DEV, path(name), IMAGE))

    assert (failed.status_code, failed.json()["error"]["message"]) == (400, "no space")
    assert author.get(author.registry(DEV, path(name))).status_code == 404
    assert author.wait(author.put_version(DEV, path(name), IMAGE)).status_code == 200


def test_the_same_request_twice_is_one_operation(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"operation_delay": 0.5})
    first = author.put_version(DEV, path(name), IMAGE)
    second = author.put_version(DEV, path(name), IMAGE)

    assert first.headers["Location"] == second.headers["Location"]
    assert author.wait(second).status_code == 200


def test_of_two_contents_at_once_one_is_refused(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"operation_delay": 0.5})
    with ThreadPoolExecutor(2) as pool:
        sent = [{"image": "an/image:1"}, {"image": "an/image:2"}]
        answers = list(pool.map(lambda one: author.put_version(DEV, path(name), one), sent))

    assert sorted(one.status_code for one in answers) == [202, 409]
    winner = next(one for one in answers if one.status_code == 202)
    author.wait(winner)
    kept = author.get(author.registry(DEV, path(name))).json()["properties"]["image"]
    assert kept == sent[answers.index(winner)]["image"]


def test_an_unknown_operation_is_not_found(author: Calls) -> None:
    answer = author.get(author.operations("/assetstore/v1.0/operations/unknown"))

    assert answer.status_code == 404


def test_an_operation_is_nobodys_without_a_token(
    author: Calls, calls_of: Callable[[Identity | None], Calls], name: str
) -> None:
    accepted = author.put_version(DEV, path(name), IMAGE)

    assert calls_of(None).get(accepted.headers["Location"]).status_code == 401


def test_an_operation_is_answered_on_its_own_host_only(author: Calls, name: str) -> None:
    accepted = author.put_version(DEV, path(name), IMAGE)
    location = accepted.headers["Location"]
    ports = author.config.ports
    other = location.replace(str(ports.azureml_operations), str(ports.azureml))

    assert author.get(other).status_code == 404
