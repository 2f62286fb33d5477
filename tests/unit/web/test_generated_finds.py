"""Calls that generated ones found to be answered wrongly, each kept as a test of its own."""

import pytest

from tests.surfing import READER, REQUESTER, Surfer


@pytest.mark.parametrize("state", ["null", "NULL", "None"])
def test_a_query_cannot_say_null(state: str) -> None:
    answer = Surfer().call("GET", f"/api/promotions?state={state}", READER)

    assert answer.status == 400


@pytest.mark.parametrize("name", ["%C3%B0", "a%0Ab", "a%00b", "-a", ".a", "a" * 256, "a%20b"])
def test_lineage_of_a_name_that_cannot_be_is_not_found_and_asks_no_service(name: str) -> None:
    answer = Surfer().call("GET", f"/api/lineage/dev-mlops-registry/{name}/1", READER)

    assert answer.status == 404


def test_a_dry_run_about_a_name_that_cannot_be_is_invalid() -> None:
    asset = "azureml://registries/dev-mlops-registry/models/a%20b/versions/1"

    answer = Surfer().call(
        "POST", "/api/promotions", REQUESTER, body={"asset": asset, "dry_run": True}
    )

    assert answer.status == 422


@pytest.mark.parametrize("written", ["", " "])
@pytest.mark.parametrize("verb", ["cancel", "decisions"])
def test_an_if_match_that_names_nothing_is_no_permission(verb: str, written: str) -> None:
    surfer = Surfer()
    request = surfer.pending()
    bodies: dict[str, object] = {
        "cancel": {},
        "decisions": {"verdict": "approve", "digest": request.digest},
    }

    answer = surfer.call(
        "POST",
        f"/api/promotions/{request.id}/{verb}",
        REQUESTER,
        body=bodies[verb],
        extra={"If-Match": written},
    )

    assert answer.status == 400
    assert surfer.state(request) == "pending"
