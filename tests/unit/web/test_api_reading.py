"""The calls that read: lists and their pages, one request, its facts."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID, PROMOTION
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.facts import Fact, hash_of
from promotion.domain.lifecycle import Opening, start_copy
from promotion.domain.progress import Progress
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import DEV, WORKSPACE, ballot, model
from tests.settling import COUNTED, leading
from tests.surfing import ABSENT, APPROVER, READER, Surfer


def test_a_pending_request_shows_everything_a_decision_needs() -> None:
    surfer = Surfer()
    request = surfer.pending(reason="Better on short trips.")
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, comment="Fine."))

    shown = surfer.json("GET", f"/api/promotions/{request.id}")

    assert shown["id"] == request.id
    assert (shown["state"], shown["revision"], shown["attempt"]) == ("pending", 4, 1)
    assert shown["digest"] == request.digest
    assert shown["asset"] == {
        "id": "azureml://registries/dev-mlops-registry/models/taxi-fare/versions/1",
        "kind": "models",
        "registry": "dev-mlops-registry",
        "name": "taxi-fare",
        "version": "1",
    }
    assert shown["target"]["registry"] == "prod-mlops-registry"
    assert shown["requested_by"]["name"] == "Requesting"
    assert shown["reason"] == "Better on short trips."
    assert [check["outcome"] for check in shown["checks"]] == ["passed"] * 3
    assert shown["checks"][1]["evidence"]["value"] == 0.93
    assert shown["stages"] == [
        {
            "name": "business",
            "quorum": 2,
            "rejections": 1,
            "roles": ["Promotion.Approver"],
            "people": [],
            "alongside": False,
            "outcome": "open",
        },
        {
            "name": "security",
            "quorum": 1,
            "rejections": 1,
            "roles": ["Promotion.Approver.Security"],
            "people": [],
            "alongside": False,
            "outcome": "waiting",
        },
    ]
    (said,) = shown["decisions"]
    assert said["by"] == {"oid": APPROVER.oid, "tid": APPROVER.tid, "name": "Approving"}
    assert (said["stage"], said["verdict"], said["comment"]) == ("business", "approve", "Fine.")
    assert (said["digest"], said["revision"]) == (request.digest, 3)
    assert shown["progress"] == {"files": 2, "files_done": 0, "bytes": 16, "bytes_done": 0}
    assert shown["problem"] is None


def test_a_version_is_null_until_it_is_settled() -> None:
    surfer = Surfer()
    surfer.stage.policy.policy = leading(**COUNTED)
    surfer.stage.register()
    request = surfer.asked()

    before = surfer.json("GET", f"/api/promotions/{request.id}")
    (listed,) = surfer.json("GET", "/api/promotions")["items"]
    page = surfer.page(f"/promotions/{request.id}")
    validate(surfer.stage.world, request.id)
    after = surfer.json("GET", f"/api/promotions/{request.id}")

    assert before["target"] == {
        "id": "azureml://registries/prod-mlops-registry/models/taxi-fare",
        "kind": "models",
        "registry": "prod-mlops-registry",
        "name": "taxi-fare",
        "version": None,
    }
    assert listed["target"] == before["target"]
    (identity,) = page.query('section[aria-labelledby="identity"]')
    assert "version not settled yet" in identity.to_text()
    assert after["target"]["version"] == "1"


def test_the_etag_is_the_revision() -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = surfer.call("GET", f"/api/promotions/{request.id}")

    assert answer.headers["ETag"] == f'"{request.revision}"' == '"3"'


def test_a_request_that_was_not_read_yet_has_no_digest() -> None:
    surfer = Surfer()

    shown = surfer.json("GET", f"/api/promotions/{surfer.asked().id}")

    assert (shown["state"], shown["digest"], shown["checks"]) == ("received", None, [])


def test_an_asset_of_a_workspace_names_its_workspace() -> None:
    surfer = Surfer()
    route = surfer.stage.policy.policy.routes["dev-to-prod"]
    place = msgspec.structs.replace(route.source, registry="", workspace=WORKSPACE.name)
    moved = msgspec.structs.replace(route, source=place)
    surfer.stage.policy.policy = msgspec.structs.replace(
        surfer.stage.policy.policy, routes={"share": moved}
    )
    asset = AssetRef(home=WORKSPACE, kind=AssetKind.MODELS, name="taxi-fare", version="1")
    (opened,) = announce(surfer.stage.world, asset, Opening(actor=EVENT_GRID))

    shown = surfer.json("GET", f"/api/promotions/{opened.request.id}")

    assert shown["asset"]["workspace"] == WORKSPACE.name
    assert "registry" not in shown["asset"]
    assert shown["requested_by"] == {
        "kind": "system",
        "name": "event-grid",
        "oid": "",
        "tid": "",
        "method": "",
    }


def test_progress_tells_how_far_a_copy_is() -> None:
    surfer = Surfer()
    stored = surfer.stage.requests.get(surfer.approved().id)
    step = start_copy(stored.request, actor=PROMOTION, now=surfer.stage.clock.now())
    surfer.stage.requests.save(stored, step)
    progress = Progress(files=2, files_done=1, bytes=16, bytes_done=12)
    surfer.stage.requests.save_progress(stored.request.id, progress)

    moving = surfer.json("GET", f"/api/promotions/{stored.request.id}")
    promote(surfer.stage.world, stored.request.id)
    arrived = surfer.json("GET", f"/api/promotions/{stored.request.id}")

    assert moving["progress"] == {"files": 2, "files_done": 1, "bytes": 16, "bytes_done": 12}
    assert arrived["state"] == "promoted"
    assert arrived["progress"] == {"files": 2, "files_done": 2, "bytes": 16, "bytes_done": 16}


def test_a_failed_request_says_why_and_what_to_do() -> None:
    surfer = Surfer()

    shown = surfer.json("GET", f"/api/promotions/{surfer.failed().id}")

    assert shown["problem"]["message"] == "The storage refuses."
    assert shown["problem"]["remedy"] == "Have its firewall looked at."


@pytest.mark.parametrize("path", ["", "/audit"])
def test_an_unknown_request_is_not_found(path: str) -> None:
    answer = Surfer().call("GET", f"/api/promotions/{ABSENT}{path}")

    assert answer.status == 404
    assert b"There is no request" in answer.body


def test_a_list_is_newest_first_and_pages_to_its_end() -> None:
    surfer = Surfer()
    for number in range(1, 6):
        surfer.asked(model(version=str(number)))
        surfer.stage.clock.move(dt.timedelta(seconds=1))

    versions, cursor, pages = [], "", 0
    while pages < 10:
        page = surfer.json("GET", f"/api/promotions?limit=2&cursor={cursor}")
        versions += [item["asset"]["version"] for item in page["items"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]

    assert versions == ["5", "4", "3", "2", "1"]
    assert pages == 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"a", "b"}),
        ("state=pending", {"a"}),
        ("state=received", {"b"}),
        ("name=b", {"b"}),
        ("name=a&state=received", set()),
        ("version=1", {"a", "b"}),
        ("route=dev-to-prod", {"a", "b"}),
        ("route=other", set()),
    ],
)
def test_filters_narrow_a_list(query: str, names: set[str]) -> None:
    surfer = Surfer()
    surfer.pending(model("a"))
    surfer.asked(model("b"))

    found = surfer.json("GET", f"/api/promotions?{query}")

    assert {item["asset"]["name"] for item in found["items"]} == names


def test_a_list_is_as_long_as_the_settings_say_unless_asked_otherwise() -> None:
    surfer = Surfer(settings={"page_size": 2})
    for number in range(1, 5):
        surfer.asked(model(version=str(number)))

    assert len(surfer.json("GET", "/api/promotions")["items"]) == 2
    assert len(surfer.json("GET", "/api/promotions?limit=3")["items"]) == 3


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", ["limit"]),
        ("limit=201", ["limit"]),
        ("limit=many", ["limit"]),
        ("state=lost", ["state"]),
        ("cursor=made-up", ["cursor"]),
        ("colour=red", ["colour"]),
        ("name=a&name=b", ["name"]),
        (f"name={'x' * 256}", ["name"]),
        ("limit=0&state=lost&colour=red", ["colour", "state", "limit"]),
    ],
)
def test_all_that_is_wrong_with_a_query_is_told_at_once(query: str, wrong: list[str]) -> None:
    answer = Surfer().call("GET", f"/api/promotions?{query}")

    assert answer.status == 400
    assert [each["field"] for each in msgspec.json.decode(answer.body)["errors"]] == wrong


def test_facts_are_answered_exactly_as_they_were_hashed() -> None:
    surfer = Surfer()
    request = surfer.pending()
    decide(
        surfer.stage.world,
        request.id,
        ballot(request, APPROVER, Verdict.REJECT, comment="No \u202e hold-out set."),
    )

    answer = surfer.call("GET", f"/api/promotions/{request.id}/audit")

    facts = msgspec.json.decode(answer.body)["items"]
    assert [fact["sequence"] for fact in facts] == [1, 2, 3, 4]
    assert [fact["type"] for fact in facts][-1] == "request.rejected"
    for fact in facts:
        assert hash_of(msgspec.convert(fact, Fact)) == fact["hash"]
    hashes = [fact["hash"] for fact in facts]
    assert [fact["previous_hash"] for fact in facts] == ["0" * 64, *hashes[:-1]]


def test_facts_page_by_their_sequence() -> None:
    surfer = Surfer()
    url = f"/api/promotions/{surfer.pending().id}/audit"

    first = surfer.json("GET", f"{url}?limit=2")
    second = surfer.json("GET", f"{url}?limit=2&cursor={first['next_cursor']}")

    assert [fact["sequence"] for fact in first["items"]] == [1, 2]
    assert [fact["sequence"] for fact in second["items"]] == [3]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("query", ["cursor=-1", "cursor=x", "limit=0", "limit=201", "after=2"])
def test_a_wrong_query_for_facts_is_refused(query: str) -> None:
    surfer = Surfer()

    answer = surfer.call("GET", f"/api/promotions/{surfer.asked().id}/audit?{query}")

    assert answer.status == 400


def test_reading_changes_nothing() -> None:
    surfer = Surfer()
    request = surfer.pending()
    surfer.stage.hints.take()
    urls = [
        "/",
        "/?name=taxi-fare",
        f"/promotions/{request.id}",
        f"/promotions/{request.id}?verdict=approve",
        f"/promotions/{request.id}/audit",
        "/api/promotions",
        f"/api/promotions/{request.id}",
        f"/api/promotions/{request.id}/audit",
        "/api/health",
    ]

    for url in urls:
        for method in ("GET", "HEAD"):
            assert surfer.call(method, url, APPROVER).status == 200, url

    assert surfer.stage.requests.get(request.id).request == request
    assert surfer.stage.hints.take() == []


def test_the_registry_in_a_request_is_the_one_of_the_route() -> None:
    surfer = Surfer()

    listed = surfer.json("GET", "/api/promotions", READER)["items"]
    surfer.asked()
    after = surfer.json("GET", "/api/promotions", READER)["items"]

    assert listed == []
    assert after[0]["asset"]["registry"] == DEV.name
