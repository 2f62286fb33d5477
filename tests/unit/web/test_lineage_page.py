"""The page of a lineage: drawn from the run to production, told in a table, reached from the requests."""

import datetime as dt
import itertools

import msgspec
import pytest

from promotion.domain.assets import AssetRef, Registry
from promotion.usecases.lineage import Edge, Lineage, Node
from promotion.web import ancestry
from promotion.web.ancestry import Drawing
from tests.building import FILES, WORKSPACE, description, model
from tests.lineages import PLACED, TARGET, surfer_after_a_promotion, waiting_after_a_share
from tests.surfing import NOBODY, Surfer, attributes, said, words


@pytest.mark.parametrize("asset", [model(), TARGET], ids=["from the source", "from the target"])
def test_the_whole_way_is_drawn_and_told_from_either_end(asset: AssetRef) -> None:
    page = surfer_after_a_promotion().page(ancestry.address(asset))

    lying, upright = page.query("svg.lineage")
    for drawing in (lying, upright):
        assert attributes(drawing)["role"] == "img"
        shown = said(drawing)
        for word in ("calm_wheel_7", "dev-mlops-workspace", "shared", "3 approvals", "promoted"):
            assert word in shown
    rows = [[said(cell) for cell in row.query("td")] for row in page.query(".steps tbody tr")]
    kinds = ("trained", "shared", "promoted")
    assert [row[1].startswith(kind) for row, kind in zip(rows, kinds, strict=True)] == [True] * 3
    assert "Approving too approved (business)" in rows[2][3]
    assert rows[2][4].startswith("sha256:")
    assert rows[2][4].endswith("signed")


def test_a_workspace_that_only_its_guid_names_is_drawn_and_followed_no_further() -> None:
    surfer = Surfer()
    waiting_after_a_share(surfer)

    address = ancestry.address(model())
    page = surfer.page(address)
    (found,) = surfer.json("GET", f"/api{address}")["edges"]

    assert "Workspace in westeurope taxi-fare:1" in said(page.query("svg.lineage")[0])
    (row,) = [[said(cell) for cell in row.query("td")] for row in page.query(".steps tbody tr")]
    assert row[0] == "taxi-fare:1Workspace in westeurope"
    assert (found["kind"], found["source"]) == ("shared", f"{PLACED}/taxi-fare/versions/1")


def test_a_drawing_has_a_title_and_tells_who_does_not_see_it_the_same() -> None:
    page = surfer_after_a_promotion().page(ancestry.address(TARGET))

    assert words(page, "#lineage-lying-title") == "Lineage of taxi-fare:1"
    told = words(page, "#lineage-lying-desc")
    assert told.startswith("calm_wheel_7 in Training run led to taxi-fare:1 in dev-mlops-workspace")
    assert "(promoted, 3 approvals, " in told


def test_the_steps_lead_to_requests_and_to_other_versions() -> None:
    surfer = surfer_after_a_promotion()

    page = surfer.page(ancestry.address(TARGET))

    links = [attributes(link)["href"] for link in page.query(".steps a")]
    assert "/lineage/dev-mlops-registry/taxi-fare/1" in links
    assert any(link.startswith("/promotions/") for link in links)
    assert "/lineage/prod-mlops-registry/taxi-fare/1" not in links
    for link in links:
        surfer.page(link)


def test_the_page_of_a_request_leads_to_its_lineage() -> None:
    surfer = surfer_after_a_promotion()
    (step,) = [
        edge
        for edge in surfer.json("GET", "/api/lineage/dev-mlops-registry/taxi-fare/1")["edges"]
        if edge["request"]
    ]

    promoted = surfer.page(f"/promotions/{step['request']}")
    waiting = surfer.page(f"/promotions/{surfer.pending(model('other')).id}")

    (after,) = promoted.query(".way-card a")
    (before,) = waiting.query(".way-card a")
    assert attributes(after)["href"] == ancestry.address(TARGET)
    assert attributes(before)["href"] == "/lineage/dev-mlops-registry/other/1"
    surfer.page(attributes(before)["href"])


def test_a_version_that_came_from_nowhere_says_so() -> None:
    surfer = Surfer()
    surfer.stage.register()

    page = surfer.page(ancestry.address(model()))

    assert "Nothing is known of where it came from" in words(page, "main")


def test_an_unknown_version_is_404_and_a_role_is_needed() -> None:
    surfer = Surfer()

    surfer.page("/lineage/prod-mlops-registry/nothing/1", status=404)
    surfer.page("/lineage/prod-mlops-registry/a%2Fb/1", status=404)
    surfer.page(ancestry.address(TARGET), NOBODY, status=403)


def test_a_withdrawn_or_deleted_version_is_shown_as_such() -> None:
    surfer = surfer_after_a_promotion()
    surfer.stage.registries.delete(TARGET)

    page = surfer.page(ancestry.address(TARGET))

    assert "not found in prod-mlops-registry" in words(page, ".steps")
    assert page.query(".place.gone")


def test_names_from_outside_stay_text() -> None:
    surfer = Surfer()
    workspace = model().moved(WORKSPACE)
    hostile = msgspec.structs.replace(description(workspace), job_name="<script>x</script>\u202e")
    shared = msgspec.structs.replace(description(model()), origin=workspace.id)
    surfer.stage.registries.put(hostile, FILES)
    surfer.stage.registries.put(shared, FILES)

    page = surfer.page(ancestry.address(model()))

    assert page.query("script") == []
    assert "\u202e" not in words(page, "main")


def chain(length: int, *more: tuple[int, int]) -> Lineage:
    """Return versions in a row of registries, each promoted from the one before, and further edges."""
    assets = [model().moved(Registry(f"registry-{number}")) for number in range(length)]
    nodes = tuple(Node(id=asset.id, kind="version", asset=asset) for asset in assets)
    edges = tuple(
        Edge(source=assets[one].id, target=assets[other].id, kind="promoted")
        for one, other in (*itertools.pairwise(range(length - len(more))), *more)
    )
    return Lineage(root=assets[0].id, nodes=nodes, edges=edges)


def overlapping(drawing: Drawing) -> list[tuple[int, int, int, int]]:
    return [
        (one.x, one.y, other.x, other.y)
        for one, other in itertools.combinations(drawing.places, 2)
        if abs(one.x - other.x) < drawing.box and abs(one.y - other.y) < 64
    ]


@pytest.mark.parametrize(
    "found",
    [chain(1), chain(2), chain(5), chain(12), chain(4, (0, 3), (0, 2)), chain(3, (2, 0))],
    ids=["alone", "two", "five", "twelve", "branches", "circle"],
)
def test_no_two_boxes_overlap_and_all_are_inside(found: Lineage) -> None:
    picture = ancestry.picture(found)

    assert len(picture.steps) == len(found.edges)
    for drawing in picture.drawings:
        assert len(drawing.places) == len(found.nodes)
        assert overlapping(drawing) == []
        assert max(place.x for place in drawing.places) + drawing.box < drawing.width
        assert max(place.y for place in drawing.places) + 64 < drawing.height


def test_a_long_chain_is_drawn_upright_alone() -> None:
    forms = [
        [drawing.form for drawing in ancestry.picture(chain(length)).drawings] for length in (5, 6)
    ]

    assert forms == [["lying", "upright"], ["upright"]]


def test_only_models_of_registries_have_a_page() -> None:
    assert ancestry.address(model().moved(WORKSPACE)) == ""


def test_an_edge_tells_when_its_version_was_made() -> None:
    surfer = surfer_after_a_promotion()
    made = dt.datetime(2026, 2, 3, 4, 5, tzinfo=dt.UTC)
    workspace = msgspec.structs.replace(
        description(model().moved(WORKSPACE)), job_name="calm_wheel_7", created_at=made
    )
    surfer.stage.registries.put(workspace, FILES)

    edges = surfer.json("GET", f"/api{ancestry.address(TARGET)}")["edges"]

    assert [edge["at"] for edge in edges if edge["kind"] == "trained"] == ["2026-02-03T04:05:00Z"]
