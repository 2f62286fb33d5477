"""What the target has already under the version's name: the same, something else, not all of it, or withdrawn."""

from typing import Any

import msgspec
import pytest

from promotion.domain.errors import RetryableError
from promotion.domain.request import Request, State
from promotion.usecases.promote import promote
from tests.building import FILES, PROD, Stage, description, model
from tests.unit.usecases.test_straight_way import approved

TARGET = model().moved(PROD)
SOME = dict(list(FILES.items())[:-1])


def there(
    stage: Stage, files: dict[str, bytes], *, digest: str = "", archived: bool = False
) -> None:
    """Let the target have the version, with these files and what it says of them."""
    said = {"promotion.digest": digest} if digest else {}
    found = description(model())
    changed = msgspec.structs.replace(found, ref=TARGET, properties=said, archived=archived)
    stage.registries.put(changed, files)


def problem(request: Request) -> str:
    """Return what is said of a request's problem."""
    assert request.problem is not None
    return f"{request.problem.message} {request.problem.remedy}"


def test_the_same_files_are_success() -> None:
    stage = Stage()
    request = approved(stage)
    there(stage, FILES)

    assert promote(stage.world, request.id).state is State.PROMOTED


@pytest.mark.parametrize(
    "said",
    [
        {"flavors": {"python_function": {"loader_module": "elsewhere"}}},
        {"properties": {"licence": "proprietary"}},
        {"type": "custom_model"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_the_same_files_of_which_something_else_is_said_for_ever_are_no_success(
    said: dict[str, Any],
) -> None:
    stage = Stage()
    request = approved(stage)
    planted = msgspec.structs.replace(description(model()), ref=TARGET, **said)
    stage.registries.put(planted, FILES)

    ended = promote(stage.world, request.id)

    assert ended.state is State.FAILED
    assert "than were approved" in problem(ended)


def test_what_can_be_said_otherwise_at_any_time_keeps_nothing_from_success() -> None:
    stage = Stage()
    request = approved(stage)
    found = msgspec.structs.replace(
        description(model(), team="fares"), ref=TARGET, description="Shared by hand."
    )
    stage.registries.put(found, FILES)

    assert promote(stage.world, request.id).state is State.PROMOTED


def test_what_this_request_brought_before_a_crash_is_success_whatever_the_source_says_since() -> (
    None
):
    stage = Stage()
    request = approved(stage)
    says = {"promotion.request": request.id, "promotion.digest": request.digest}
    brought = msgspec.structs.replace(description(model()), ref=TARGET, properties=says)
    stage.registries.put(brought, FILES)
    stage.registries.put(
        msgspec.structs.replace(description(model()), properties={"said": "later"}), FILES
    )

    assert promote(stage.world, request.id).state is State.PROMOTED


def test_a_version_that_was_withdrawn_is_not_called_promoted() -> None:
    stage = Stage()
    request = approved(stage)
    there(stage, FILES, archived=True)

    ended = promote(stage.world, request.id)

    assert ended.state is State.FAILED
    assert "archived" in problem(ended)
    assert "restored" in problem(ended)


@pytest.mark.parametrize("files", [SOME, {}])
def test_what_was_brought_and_does_not_show_whole_yet_is_waited_for(
    files: dict[str, bytes],
) -> None:
    # A crash after the version was created: its row does not know; the region that answers lags behind.
    stage = Stage()
    request = approved(stage)
    there(stage, files, digest=request.digest)

    with pytest.raises(RetryableError, match="does not show all"):
        promote(stage.world, request.id)

    there(stage, FILES, digest=request.digest)
    assert promote(stage.world, request.id).state is State.PROMOTED


@pytest.mark.parametrize(
    "files", [SOME, {}, {**FILES, "more": b""}, {**SOME, list(FILES)[-1]: b"other"}]
)
@pytest.mark.parametrize("says", ["", "sha256:00"])
def test_any_other_content_is_a_conflict(files: dict[str, bytes], says: str) -> None:
    stage = Stage()
    request = approved(stage)
    there(stage, files, digest=says)

    assert promote(stage.world, request.id).state is State.FAILED


@pytest.mark.parametrize("files", [{**FILES, "more": b""}, {**SOME, list(FILES)[-1]: b"other"}])
def test_no_word_of_a_version_makes_other_content_its_own(files: dict[str, bytes]) -> None:
    stage = Stage()
    request = approved(stage)
    there(stage, files, digest=request.digest)

    ended = promote(stage.world, request.id)

    assert ended.state is State.FAILED
    assert "other content" in problem(ended)
