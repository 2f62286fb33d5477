"""What an asset needs: the order, and the refusals with their paths."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Reference, Registry
from promotion.domain.closure import MOST, closure
from promotion.domain.dependencies import Way
from promotion.domain.errors import ConflictError, NotFoundError
from promotion.domain.policy import Dependencies
from tests.building import DEV

ALL = tuple(kind for kind in AssetKind if kind is not AssetKind.MIGRATIONS)
RULES = Dependencies(travel=ALL, named_by=("needs",))


def ref(name: str, kind: AssetKind = AssetKind.COMPONENTS, home: Registry = DEV) -> AssetRef:
    """Return version 1 of an asset."""
    return AssetRef(home=home, kind=kind, name=name, version="1")


class Shelf:
    """Descriptions by what they are of."""

    def __init__(self, **needed: str) -> None:
        """Take the names of what each component refers to, separated by blanks."""
        self.looked: list[str] = []
        self.known = {
            ref(name): AssetDescription(
                ref=ref(name),
                references=tuple(
                    Reference(where=f"jobs.{number}.componentId", id=ref(other).id)
                    for number, other in enumerate(others.split())
                ),
            )
            for name, others in needed.items()
        }

    def look(self, asset: AssetRef) -> AssetDescription:
        """Describe one."""
        self.looked.append(asset.name)
        if asset not in self.known:
            raise NotFoundError(f"There is no {asset.id}.")
        return self.known[asset]

    def closure(self, name: str, rules: Dependencies = RULES) -> list[str]:
        """Return the names of what one needs."""
        found = closure(self.known[ref(name)], rules, self.look)
        return [each.asset.name for each in found]


def test_what_is_needed_stands_before_what_needs_it() -> None:
    assert Shelf(a="b", b="c", c="d", d="e", e="").closure("a") == ["e", "d", "c", "b"]


def test_what_several_need_stands_once_and_is_looked_at_once() -> None:
    shelf = Shelf(a="b c", b="d", c="d", d="")

    found = closure(shelf.known[ref("a")], RULES, shelf.look)

    assert [each.asset.name for each in found] == ["d", "b", "c"]
    assert sorted(shelf.looked) == ["b", "c", "d"]
    assert [each.by for each in found[0].named] == [ref("b").id, ref("c").id]


@pytest.mark.parametrize(
    ("needed", "path"),
    [
        ({"a": "b", "b": "c", "c": "a"}, "a:1 -> component b:1 -> component c:1 -> component a:1"),
        ({"a": "b", "b": "c", "c": "b"}, "b:1 -> component c:1 -> component b:1"),
        ({"a": "a"}, "component a:1 -> component a:1"),
    ],
    ids=["whole", "below", "itself"],
)
def test_a_circle_is_refused_with_its_path(needed: dict[str, str], path: str) -> None:
    with pytest.raises(ConflictError, match="need each other") as refused:
        Shelf(**needed).closure("a")

    assert path in refused.value.problem


def test_what_is_missing_is_refused_with_its_path() -> None:
    with pytest.raises(ConflictError, match="not there") as refused:
        Shelf(a="b", b="gone").closure("a")

    assert "component a:1 -> component b:1 -> component gone:1:" in refused.value.problem


def test_what_is_foreign_is_refused_with_its_path() -> None:
    shelf = Shelf(a="b", b="")
    foreign = ref("base", AssetKind.ENVIRONMENTS, Registry("elsewhere"))
    shelf.known[ref("b")] = AssetDescription(
        ref=ref("b"), references=(Reference(where="environment", id=foreign.id),)
    )

    with pytest.raises(ConflictError, match="in elsewhere, not in dev-mlops-registry") as refused:
        shelf.closure("a")

    assert "component a:1 -> component b:1 -> environment base:1:" in refused.value.problem


def test_what_stays_where_it_is_is_not_looked_at() -> None:
    shelf = Shelf(a="")
    outside = ref("base", AssetKind.ENVIRONMENTS, Registry("AzureML"))
    root = AssetDescription(
        ref=ref("a"), references=(Reference(where="environment", id=outside.id),)
    )

    (found,) = closure(root, Dependencies(stay=("azureml",)), shelf.look)

    assert (found.way, found.asset) == (Way.STAYS, outside)
    assert shelf.looked == []


def test_kinds_that_the_route_does_not_list_are_refused_with_their_path() -> None:
    rules = Dependencies(travel=(AssetKind.ENVIRONMENTS,))

    with pytest.raises(ConflictError, match="lets no components travel along") as refused:
        Shelf(a="b", b="").closure("a", rules)

    assert "component a:1 -> component b:1:" in refused.value.problem
    assert "dependencies.travel" in refused.value.remedy


def test_what_has_to_be_there_already_is_not_followed_further() -> None:
    rules = Dependencies(present=(AssetKind.COMPONENTS,))

    assert Shelf(a="b", b="gone").closure("a", rules) == ["b"]


@pytest.mark.parametrize(
    "text", ["azureml:env:3", "azureml://registries/x/environments/e/labels/latest"]
)
def test_a_name_that_is_not_of_one_version_is_refused(text: str) -> None:
    root = AssetDescription(ref=ref("a"), references=(Reference(where="environment", id=text),))

    with pytest.raises(ConflictError, match="under environment"):
        closure(root, RULES, Shelf().look)


def test_tags_that_the_policy_names_name_assets_in_full_or_beside_the_asset() -> None:
    shelf = Shelf(b="", c="", d="")
    tags = {"needs": f"{ref('b').id}, components/c/versions/1", "other": "components/x/versions/1"}
    root = AssetDescription(
        ref=ref("m", AssetKind.MODELS), tags=tags, properties={"needs": "components/d/versions/1"}
    )

    found = closure(root, RULES, shelf.look)

    assert [each.asset.name for each in found] == ["b", "c", "d"]
    assert [each.named[0].where for each in found] == [
        "tags.needs",
        "tags.needs",
        "properties.needs",
    ]


def test_one_registry_has_one_spelling() -> None:
    shelf = Shelf(b="")
    text = ref("b").id.replace(DEV.name, DEV.name.upper())
    root = AssetDescription(ref=ref("a"), references=(Reference(where="x", id=text),))

    (found,) = closure(root, RULES, shelf.look)

    assert found.asset == ref("b")


def test_more_than_anyone_means_is_refused() -> None:
    names = [f"n{number}" for number in range(MOST + 1)]
    shelf = Shelf(a=" ".join(names), **dict.fromkeys(names, ""))

    with pytest.raises(ConflictError, match=f"more than {MOST}"):
        shelf.closure("a")


@given(st.data(), st.integers(1, 12))
def test_any_graph_without_a_circle_is_ordered(data: st.DataObject, size: int) -> None:
    names = data.draw(st.permutations([f"n{number}" for number in range(size)]))
    needed = {
        name: " ".join(
            data.draw(st.sets(st.sampled_from(names[:place])) if place else st.just(set()))
        )
        for place, name in enumerate(names)
    }
    shelf = Shelf(**needed)

    order = shelf.closure(names[-1])

    reachable: set[str] = set()
    edge = {names[-1]}
    while edge:
        edge = {other for name in edge for other in needed[name].split()} - reachable
        reachable |= edge
    assert sorted(order) == sorted(reachable)
    place = {name: number for number, name in enumerate(order)}
    for name, other in itertools.product(order, order):
        if other in needed[name].split():
            assert place[other] < place[name]


@given(st.data(), st.integers(2, 10))
def test_any_graph_with_a_circle_that_is_reached_is_refused(data: st.DataObject, size: int) -> None:
    names = [f"n{number}" for number in range(size)]
    back = data.draw(st.integers(0, size - 1))
    chain = dict(itertools.pairwise(names))
    needed = {name: chain.get(name, names[back]) for name in names}

    with pytest.raises(ConflictError, match="need each other"):
        Shelf(**needed).closure(names[0])
