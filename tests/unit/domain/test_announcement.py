"""What Event Grid sends, in every form seen, and what names no asset."""

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.announcement import (
    MAX_DATA,
    MODEL_REGISTERED,
    Announcement,
    announced_asset,
    content_of,
)
from promotion.domain.errors import InvalidError
from tests.building import WORKSPACE

SOURCE = (
    f"/subscriptions/{WORKSPACE.subscription}/resourceGroups/{WORKSPACE.resource_group}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE.name}"
)


def event(
    data: object, *, subject: str = "", kind: str = MODEL_REGISTERED, source: str = SOURCE
) -> Announcement:
    return Announcement(id="1", type=kind, source=source, subject=subject, data=data)


@pytest.mark.parametrize(
    "data",
    [
        {"ModelName": "taxi-fare", "ModelVersion": 20, "ModelTags": {}, "ModelProperties": {}},
        {"modelName": "taxi-fare", "modelVersion": "20"},
        {"MODELNAME": "taxi-fare", "modelversion": "20", "unknown": [1]},
    ],
)
def test_the_asset_is_found_whatever_the_case_of_the_keys(data: dict[str, Any]) -> None:
    asset = announced_asset(event(data))

    assert (asset.home, asset.label) == (WORKSPACE, "taxi-fare:20")


def test_the_subject_helps_out_when_the_data_says_nothing() -> None:
    asset = announced_asset(event({}, subject="models/a:b:3"))

    assert (asset.name, asset.version) == ("a:b", "3")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (event({}, kind="Microsoft.MachineLearningServices.RunCompleted"), "no model"),
        (event({}), "empty"),
        (event({"ModelVersion": 1}), "name"),
        (event({"ModelName": "m", "ModelVersion": "1/2"}), "slash"),
        (event({"ModelName": "m", "ModelVersion": 1.5}), "version"),
        (event({"ModelName": "m", "ModelVersion": True}), "version"),
        (event({"ModelName": "m\n", "ModelVersion": 1}), "control"),
        (event({"ModelName": "m" * 300, "ModelVersion": 1}), "300"),
        (event(None), "empty"),
        (event(["m", 1]), "empty"),
        (event({"ModelName": "m", "ModelVersion": 1}, source="/somewhere"), "workspace"),
        (
            event({"ModelName": "m", "ModelVersion": 1, "ModelTags": {"x": "y" * MAX_DATA}}),
            str(MAX_DATA),
        ),
    ],
)
def test_what_names_no_asset_is_refused_with_the_reason(wrong: Announcement, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        announced_asset(wrong)


def test_a_registration_may_weigh_as_much_as_is_said_and_no_more() -> None:
    data = {"ModelName": "m", "ModelVersion": 1, "ModelTags": ""}
    room = MAX_DATA - len(msgspec.json.encode(data))

    assert announced_asset(event(data | {"ModelTags": "x" * room})).label == "m:1"
    with pytest.raises(InvalidError, match=f"{MAX_DATA + 1} bytes"):
        announced_asset(event(data | {"ModelTags": "x" * (room + 1)}))


@pytest.mark.parametrize("where", ["kind", "source"])
def test_of_what_somebody_sent_so_much_is_shown(where: str) -> None:
    with pytest.raises(InvalidError) as refused:
        announced_asset(event({}, **{where: "x" * 200 + "y"}))

    assert "x" * 200 in refused.value.problem
    assert "xy" not in refused.value.problem


def test_the_type_of_an_event_is_the_same_in_any_letter_case() -> None:
    data = {"ModelName": "m", "ModelVersion": 1}

    assert announced_asset(event(data, kind=MODEL_REGISTERED.upper())).label == "m:1"


def test_what_an_event_holds_is_weighed_as_json_in_ascii() -> None:
    assert content_of({"a": ["\ud800", 1]}) == b'{"a":["\\ud800",1]}'
    assert content_of(event(1, subject="s")).startswith(b'{"id":"1","type":"Microsoft.')


def test_the_data_counts_before_the_subject() -> None:
    data = {"ModelName": "m", "ModelVersion": 1}

    assert announced_asset(event(data, subject="models/other:2")).label == "m:1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.sampled_from(("ModelName", "ModelVersion")), inner)
    ),
    max_leaves=8,
)


@given(
    data=JSON,
    subject=st.text(),
    source=st.text() | st.just(SOURCE),
    kind=st.text() | st.just(MODEL_REGISTERED),
)
def test_no_event_does_anything_but_name_an_asset_or_be_refused(
    data: object,
    subject: str,
    source: str,
    kind: str,
) -> None:
    with contextlib.suppress(InvalidError):
        asset = announced_asset(event(data, subject=subject, source=source, kind=kind))

        assert asset.name
        assert asset.version
