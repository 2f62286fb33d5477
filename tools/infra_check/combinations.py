"""The deployments that are rendered and reviewed: both topologies, public and private, and what is brought along."""

from typing import Any, Final

from tools.infra_check.project import Project
from tools.infra_check.rendering import Rendering, render

_EVERYBODY: Final = {
    "environmentName": "demo",
    "location": "westeurope",
    "authClientId": "<registration>",
    "devGroupId": "<development group>",
    "prodGroupId": "<production group>",
    "mailRecipients": "approvers@example.com",
    "alertEmail": "operators@example.com",
    "teamsWebhook": "<teams address>",
    "csrfKey": "<new key>",
}
_ELSEWHERE: Final = (
    "/subscriptions/<other>/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices"
)
_BROUGHT: Final = {
    "devRegistryId": f"{_ELSEWHERE}/registries/their-dev",
    "targetRegistryId": f"{_ELSEWHERE}/registries/their-prod",
    "devWorkspaceId": f"{_ELSEWHERE}/workspaces/their-dev-workspace",
    "prodWorkspaceId": f"{_ELSEWHERE}/workspaces/their-prod-workspace",
}

#: The deployments that are reviewed, by the name of their golden file.
COMBINATIONS: Final[dict[str, dict[str, Any]]] = {
    "two-registries-public": {"topology": "two-registries", "privateNetwork": False},
    "two-registries-private": {"topology": "two-registries", "privateNetwork": True},
    "central-public": {"topology": "central", "privateNetwork": False},
    "central-private": {"topology": "central", "privateNetwork": True},
    "two-registries-brought-along": {
        "topology": "two-registries",
        "privateNetwork": True,
        **_BROUGHT,
    },
}
#: As long as a name may be: what is made of it has to fit Azure's limits.
LONGEST_NAME: Final = "a-name_of-14ab"


def deployment(project: Project, combination: str, **changes: object) -> Rendering:
    """Return one of the reviewed deployments, with some parameters changed.

    Raises:
        RenderError: it cannot be worked out.
    """
    return render(project, {**_EVERYBODY, **COMBINATIONS[combination], **changes})
