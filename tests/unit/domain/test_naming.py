"""What is approved along: its digest, and the names that are written for the target."""

import hashlib

import msgspec
import pytest

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.dependencies import Dependency, Naming, Way, closure_digest
from promotion.domain.errors import StaleError
from promotion.domain.naming import written_for
from tests.building import DEV, PROD


def ref(name: str, kind: AssetKind = AssetKind.COMPONENTS, home: Registry = DEV) -> AssetRef:
    """Return version 1 of an asset."""
    return AssetRef(home=home, kind=kind, name=name, version="1")


def test_the_digest_of_the_whole_is_that_of_a_list_anyone_can_write() -> None:
    stays = Dependency(asset=ref("s", home=Registry("z")), target=ref("s"), way=Way.STAYS)
    travels = Dependency(
        asset=ref("b"), target=ref("b", home=PROD), way=Way.TRAVELS, digest="sha256:" + "b" * 64
    )
    root = ref("m", AssetKind.MODELS)
    lines = sorted(
        [
            "a" * 64 + f"  {root.id}\n",
            "b" * 64 + f"  {ref('b').id}\n",
            "0" * 64 + f"  {ref('s', home=Registry('z')).id}\n",
        ]
    )

    found = closure_digest(root, "sha256:" + "a" * 64, (stays, travels))

    assert found == f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def needing(text: str) -> tuple[AssetDescription, tuple[Dependency, ...]]:
    """Return a model that names an environment and a component under `needs`, as they were approved."""
    root = AssetDescription(
        ref=ref("m", AssetKind.MODELS),
        tags={"needs": text, "made_with": ref("env", AssetKind.ENVIRONMENTS).id},
    )
    named = (Naming(by=root.ref.id, where="tags.needs"),)
    return root, tuple(
        Dependency(asset=each, target=each.moved(PROD), way=Way.TRAVELS, named=named)
        for each in (ref("env", AssetKind.ENVIRONMENTS), ref("step"))
    )


def test_names_are_written_for_the_target_and_for_nothing_else() -> None:
    environment = ref("env", AssetKind.ENVIRONMENTS)
    root, dependencies = needing(f"{environment.id};  components/step/versions/1")

    written = written_for(root, dependencies)

    assert written.tags == {
        "needs": f"{environment.moved(PROD).id};  components/step/versions/1",
        "made_with": environment.id,
    }


def test_a_tag_that_is_gone_names_other_assets_than_it_did() -> None:
    root, dependencies = needing("components/step/versions/1")

    with pytest.raises(StaleError, match="names other assets under"):
        written_for(msgspec.structs.replace(root, tags={}), dependencies)


def test_a_tag_whose_name_has_a_dot_is_written_like_any_other() -> None:
    step = ref("step")
    root = AssetDescription(ref=ref("m", AssetKind.MODELS), tags={"needs.step": step.id})
    named = (Naming(by=root.ref.id, where="tags.needs.step"),)
    along = Dependency(asset=step, target=step.moved(PROD), way=Way.TRAVELS, named=named)

    assert written_for(root, (along,)).tags == {"needs.step": along.target.id}


def test_what_another_asset_names_in_the_same_place_is_not_written_here() -> None:
    root, (environment, step) = needing(ref("env", AssetKind.ENVIRONMENTS).id)
    elsewhere = (Naming(by=ref("other").id, where="tags.needs"),)
    theirs = msgspec.structs.replace(step, named=elsewhere)

    written = written_for(root, (environment, theirs))

    assert written.tags["needs"] == environment.target.id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "components/step/versions/1",
        f"{ref('env', AssetKind.ENVIRONMENTS).id} {ref('other').id}",
        f"{ref('env', AssetKind.ENVIRONMENTS).id}0 components/step/versions/1",
        "azureml:env:1 components/step/versions/1",
    ],
)
def test_names_that_changed_since_are_not_carried_over(text: str) -> None:
    with pytest.raises(StaleError, match="names other assets under"):
        written_for(*needing(text))
