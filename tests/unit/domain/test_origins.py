"""What led to a version: read from what its home tells, whatever stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.assets import AssetDescription, Home
from promotion.domain.origins import origin_of, read_origin
from tests.building import DEV, WORKSPACE, model

JOB = f"azureml://{WORKSPACE.path}/jobs/calm_wheel_7"
#: As registries remember it: the workspace by its GUID.
PLACED = (
    "azureml://locations/westeurope/workspaces/0f1e2d3c-0000-4000-8000-000000000001"
    "/models/taxi-fare/versions/1"
)


@pytest.mark.parametrize(
    ("home", "job", "origin", "told"),
    [
        (WORKSPACE, "calm_wheel_7", "", JOB),
        (WORKSPACE, "calm_wheel_7", model().id, JOB),
        (DEV, "", model().moved(WORKSPACE).id, model().moved(WORKSPACE).id),
        (DEV, "", PLACED, PLACED),
        # Jobs are a workspace's own: the name travelled with the version.
        (DEV, "calm_wheel_7", PLACED, PLACED),
        (DEV, "calm_wheel_7", "", None),
        (DEV, "", "", None),
        (DEV, "", "https://somewhere.example/else", None),
    ],
)
def test_what_led_to_a_version_is_its_run_or_what_it_was_shared_from(
    home: Home, job: str, origin: str, told: str | None
) -> None:
    found = origin_of(AssetDescription(ref=model().moved(home), job_name=job, origin=origin))

    assert (found.id if found else None) == told


@pytest.mark.parametrize(
    ("text", "led", "where", "what"),
    [
        (JOB, "trained", "Training run", "calm_wheel_7"),
        (PLACED, "shared", "Workspace in westeurope", "taxi-fare:1"),
        (model().id, "shared", "dev-mlops-registry", "taxi-fare:1"),
        (model().moved(WORKSPACE).id, "shared", "dev-mlops-workspace", "taxi-fare:1"),
    ],
)
def test_an_origin_says_where_it_is_and_what_led_from_it(
    text: str, led: str, where: str, what: str
) -> None:
    found = read_origin(text)

    assert found is not None
    assert (found.led, found.where, found.what) == (led, where, what)


def test_only_an_id_that_names_its_home_is_followed() -> None:
    followed = read_origin(model().id)
    named = read_origin(PLACED)

    assert followed is not None
    assert followed.asset == model()
    assert named is not None
    assert named.asset is None


@given(text=st.text() | st.from_regex(r"azureml://.*/workspaces/.*/(jobs|models)/.*"))
def test_whatever_stands_there_is_an_origin_or_none(text: str) -> None:
    found = read_origin(text)

    assert found is None or (found.id and found.what)


@given(job=st.text(min_size=1))
def test_a_run_is_read_back_from_what_was_kept_of_it(job: str) -> None:
    found = origin_of(AssetDescription(ref=model().moved(WORKSPACE), job_name=job))

    assert found is None or read_origin(found.id) == found
