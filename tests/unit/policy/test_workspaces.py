"""Which workspace a policy means: names are unique in a resource group only, resource ids everywhere."""

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy
from promotion.domain.actors import PROMOTION
from promotion.domain.assets import Workspace
from promotion.domain.errors import ConflictError
from promotion.domain.findings import Level
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import Place, Policy, journeys
from promotion.usecases.diagnose import diagnose
from promotion.usecases.open_request import ask
from promotion.usecases.receive_event import receive_event
from tests.building import ROUTE, WORKSPACE, Stage, model, policy, route
from tests.unit.usecases.test_straight_way import REGISTERED

#: Somebody's own workspace, called as the one that the policy means.
ANOTHER = Workspace("00000000-0000-0000-0000-000000000009", "mine", WORKSPACE.name)
SHORT = f"/{WORKSPACE.path}"
LONG = SHORT.replace("/workspaces/", "/providers/Microsoft.MachineLearningServices/workspaces/")


def from_workspace(written: str) -> Policy:
    """Return a policy whose route begins in a workspace."""
    changed = msgspec.structs.replace(route(), source=Place(workspace=written), announced_by=())
    return msgspec.structs.replace(policy(), routes={ROUTE: changed})


@pytest.mark.parametrize("written", [LONG, SHORT, LONG.upper(), SHORT.removeprefix("/")])
def test_a_resource_id_means_one_workspace(written: str) -> None:
    stage = Stage(policy=FixedPolicy(from_workspace(written)))
    opening = Opening(actor=PROMOTION)

    opened = ask(stage.world, model().moved(WORKSPACE), "", opening)

    assert opened.created
    for home in (ANOTHER, msgspec.structs.replace(WORKSPACE, resource_group="other")):
        with pytest.raises(ConflictError, match="No route"):
            ask(stage.world, model().moved(home), "", opening)


def test_a_registration_elsewhere_announces_nothing_where_the_policy_says_which_workspace() -> None:
    changed = msgspec.structs.replace(route(), announced_by=(LONG,))
    stage = Stage(policy=FixedPolicy(msgspec.structs.replace(policy(), routes={ROUTE: changed})))
    forged = msgspec.structs.replace(
        REGISTERED, source=REGISTERED.source.replace(WORKSPACE.subscription, ANOTHER.subscription)
    )

    assert receive_event(stage.world, forged) == ()
    assert len(receive_event(stage.world, REGISTERED)) == 1


def test_a_name_alone_means_every_workspace_of_that_name() -> None:
    found = from_workspace(WORKSPACE.name.upper())

    assert [len(journeys(found, model().moved(home))) for home in (WORKSPACE, ANOTHER)] == [1, 1]


@pytest.mark.parametrize(("written", "levels"), [(WORKSPACE.name, [Level.WARN]), (LONG, [])])
def test_a_name_alone_is_told_by_the_doctor(written: str, levels: list[Level]) -> None:
    stage = Stage(policy=FixedPolicy(from_workspace(written)))

    found = [each for each in diagnose(stage.world) if each.probe == "workspace-name"]

    assert [each.level for each in found] == levels
