"""The calls about migrations: plan, ask, follow; who may, what is refused, and how long lists page."""

import pytest

from promotion.domain.actors import Person
from promotion.domain.assets import AssetRef
from promotion.usecases.migrate import walking
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, ROUTE, description, model
from tests.surfing import ABSENT, OPERATOR, READER, REQUESTER, Surfer, words


def registered(surfer: Surfer, count: int, name: str = "taxi-fare") -> list[AssetRef]:
    return [surfer.stage.register(model(name, str(number + 1))) for number in range(count)]


def body(assets: list[AssetRef], route: str = ROUTE) -> dict[str, object]:
    return {"route": route, "assets": [each.id for each in assets], "reason": "One registry."}


def test_a_plan_tells_of_each_version_what_a_migration_would_do_with_it() -> None:
    surfer = Surfer()
    first, second, third = registered(surfer, 3)
    surfer.stage.registries.put(description(first.moved(PROD)), FILES)
    surfer.stage.registries.put(description(second.moved(PROD)), {"MLmodel": b"another"})
    surfer.stage.register(model("waiting"))
    waiting = surfer.asked(model("waiting"))

    items = surfer.json("GET", f"/api/migrations/plan?route={ROUTE}", OPERATOR)["items"]

    found = {each["asset"]["id"]: each for each in items}
    assert [found[each.id]["standing"] for each in (first, second, third)] == [
        "there",
        "conflict",
        "new",
    ]
    assert "has other content" in found[second.id]["why"]
    assert (found[third.id]["files"], found[third.id]["bytes"]) == (2, 16)
    assert found[third.id]["target"]["id"] == third.moved(PROD).id
    assert found[waiting.asset.id]["standing"] == "asked"
    assert found[waiting.asset.id]["request"] == waiting.id


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 200])
def test_a_plan_pages_through_every_name_and_version_once(limit: int) -> None:
    surfer = Surfer()
    for name in ("a", "b", "c"):
        registered(surfer, 3, name)
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        url = f"/api/migrations/plan?route={ROUTE}&limit={limit}&cursor={cursor}"
        page = surfer.json("GET", url, OPERATOR)
        assert len(page["items"]) == limit or page["next_cursor"] is None
        seen += [each["asset"]["id"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [model(name, version).id for name in "abc" for version in "123"]


def test_a_cursor_of_another_list_is_refused() -> None:
    url = f"/api/migrations/plan?route={ROUTE}&cursor=nonsense"

    assert Surfer().call("GET", url, OPERATOR).status == 400


def test_asking_opens_one_request_and_asking_again_answers_it() -> None:
    surfer = Surfer()
    assets = registered(surfer, 2)

    first = surfer.call("POST", "/api/migrations", OPERATOR, body=body(assets))
    again = surfer.json("POST", "/api/migrations", OPERATOR, body=body(assets[::-1]))

    assert first.status == 201
    assert first.headers["Location"] == f"/api/promotions/{again['id']}"
    assert again["asset"]["kind"] == "migrations"
    assert again["asset"]["name"] == ROUTE


def test_a_migrations_versions_are_listed_with_their_own_requests() -> None:
    surfer = Surfer()
    assets = registered(surfer, 3)
    asked = surfer.json("POST", "/api/migrations", OPERATOR, body=body(assets))
    address = f"/api/migrations/{asked['id']}/versions"
    before = surfer.json("GET", address)["items"]
    validate(surfer.stage.world, asked["id"])

    first = surfer.json("GET", f"{address}?limit=2")
    rest = surfer.json("GET", f"{address}?limit=2&cursor={first['next_cursor']}")
    listed = surfer.json("GET", f"/api/promotions?migration={asked['id']}")["items"]

    assert [each["request"] for each in before] == [None, None, None]
    items = [*first["items"], *rest["items"]]
    assert rest["next_cursor"] is None
    assert [each["asset"]["version"] for each in items] == ["1", "2", "3"]
    assert {each["request"] for each in items} == {each["id"] for each in listed}
    assert {each["migration"] for each in items} == {asked["id"]}


def test_a_request_that_is_no_migration_has_no_versions() -> None:
    surfer = Surfer()
    request = surfer.pending()

    assert surfer.call("GET", f"/api/migrations/{request.id}/versions").status == 404
    assert surfer.call("GET", f"/api/migrations/{ABSENT}/versions").status == 404


@pytest.mark.parametrize("who", [READER, REQUESTER], ids=["reader", "requester"])
def test_planning_and_asking_take_an_operator(who: Person) -> None:
    surfer = Surfer()
    assets = registered(surfer, 1)

    assert surfer.call("GET", f"/api/migrations/plan?route={ROUTE}", who).status == 403
    assert surfer.call("POST", "/api/migrations", who, body=body(assets)).status == 403


def test_what_no_plan_can_be_is_refused_with_the_place() -> None:
    surfer = Surfer()
    (asset,) = registered(surfer, 1)

    wrong = surfer.call(
        "POST", "/api/migrations", OPERATOR, body={"route": ROUTE, "assets": [asset.id, "x"]}
    )
    elsewhere = surfer.call("POST", "/api/migrations", OPERATOR, body=body([asset.moved(PROD)]))
    nowhere = surfer.call("POST", "/api/migrations", OPERATOR, body=body([asset], "no-such"))
    empty = surfer.call("POST", "/api/migrations", OPERATOR, body=body([]))

    assert wrong.status == 422
    assert b"$.assets[1]" in wrong.body
    assert (elsewhere.status, nowhere.status, empty.status) == (409, 409, 422)


def test_the_page_of_a_migration_counts_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "UNDER_WAY", 2)
    surfer = Surfer()
    asked = surfer.json("POST", "/api/migrations", OPERATOR, body=body(registered(surfer, 3)))
    address = f"/promotions/{asked['id']}"
    validate(surfer.stage.world, asked["id"])

    while_checking = words(surfer.page(address))
    for each in surfer.json("GET", f"/api/promotions?migration={asked['id']}")["items"]:
        validate(surfer.stage.world, each["id"])
    validate(surfer.stage.world, asked["id"])
    for each in surfer.json("GET", f"/api/promotions?migration={asked['id']}")["items"]:
        validate(surfer.stage.world, each["id"])
    validate(surfer.stage.world, asked["id"])
    waiting = words(surfer.page(address))

    assert "0 of 3 versions checked" in while_checking
    assert "models/taxi-fare/versions/2" in waiting
    assert "3 versions" in waiting
