"""Lists: pages beyond the first, order, how many, and which of the archived ones."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.azureml.paging import PAGE, Item, cut, read_query
from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

DEV = "dev-mlops-registry"
WORKSPACE = "dev-mlops-workspace"
MOMENT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def item(number: int, *, archived: bool = False) -> Item:
    """Return an item created `number` seconds after the first; every third is as old as its neighbour."""
    created = MOMENT + dt.timedelta(seconds=number - (number % 3 == 2))
    name = f"v{number}"
    return Item(name=name, created=created, modified=created, archived=archived, content=name)


def all_pages(items: list[Item], query: dict[str, str]) -> list[list[str]]:
    """Return the names on each page, following the links."""
    page = cut(items, read_query(query))
    pages = [page.items]
    while page.following is not None:
        page = cut(items, read_query({**query, **page.following}))
        pages.append(page.items)
    return pages


@given(
    count=st.integers(0, 3 * PAGE + 1),
    top=st.none() | st.integers(1, 3 * PAGE),
    order=st.sampled_from(["createdtime desc", "createdtime asc"]),
)
def test_the_pages_together_are_the_list(count: int, top: int | None, order: str) -> None:
    items = [item(number) for number in range(count)]
    query = {"$orderBy": order} if top is None else {"$orderBy": order, "$top": str(top)}
    names = [name for page in all_pages(items, query) for name in page]

    ordered = sorted(items, key=lambda one: (one.created, one.name), reverse="desc" in order)
    assert names == [one.name for one in ordered][:top]


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (None, ["v0"]),
        ("ActiveOnly", ["v0"]),
        ("ListViewType.ACTIVE_ONLY", ["v0"]),
        ("ArchivedOnly", ["v1"]),
        ("ListViewType.ARCHIVED_ONLY", ["v1"]),
        ("All", ["v1", "v0"]),
        ("something else", ["v0"]),
    ],
)
def test_archived_items_are_shown_when_they_are_asked_for(
    view: str | None, shown: list[str]
) -> None:
    query = {} if view is None else {"listViewType": view}

    assert cut([item(0), item(1, archived=True)], read_query(query)).items == shown


@pytest.mark.azurite
@pytest.mark.parametrize("home", ["workspace", "registry"])
def test_the_sdk_follows_the_links(
    home: str,
    calls_of: Callable[[Identity | None], Calls],
    sdk: "Callable[..., MLClient]",
    name: str,
) -> None:
    calls = calls_of(PEOPLE["author"])
    versions = [str(number) for number in range(1, PAGE + 3)]
    base = calls.workspace() if home == "workspace" else calls.registry(DEV)

    def make(version: str) -> int:
        url = f"{base}/environments/{name}/versions/{version}"
        made = calls.put(url, json={"properties": {"image": "an/image:1"}})
        return (calls.wait(made) if made.status_code == 202 else made).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(make, versions)) <= {200, 201}
    place = {"workspace": WORKSPACE} if home == "workspace" else {"registry": DEV}
    client = sdk(PEOPLE["author"], **place)
    first = calls.get(f"{base}/environments/{name}/versions").json()

    assert len(first["value"]) == PAGE
    assert first["nextLink"].startswith(f"{base}/environments/{name}/versions?")
    listed = [one.version for one in client.environments.list(name=name)]
    assert sorted(listed) == sorted(versions)
