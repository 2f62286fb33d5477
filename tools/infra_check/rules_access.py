"""What has to hold of rights and the network: no keys, no deletion, no way around, private where asked."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tools.infra_check import facts
from tools.infra_check.listing import who
from tools.infra_check.paper import Made
from tools.infra_check.project import Project
from tools.infra_check.tree import Finding, Place
from tools.infra_check.world import World, reach

_REGISTRIES: Final = "Microsoft.MachineLearningServices/registries"
_WORKSPACES: Final = "Microsoft.MachineLearningServices/workspaces"
_ACCOUNTS: Final = "Microsoft.Storage/storageAccounts"
#: What has to hold wherever such a resource is made.
_HARDENED: Final[dict[str, dict[str, object]]] = {
    _ACCOUNTS: {
        "properties.allowSharedKeyAccess": False,
        "properties.allowBlobPublicAccess": False,
        "properties.supportsHttpsTrafficOnly": True,
        "properties.minimumTlsVersion": "TLS1_2",
    },
    "Microsoft.KeyVault/vaults": {
        "properties.enableRbacAuthorization": True,
        "properties.enablePurgeProtection": True,
    },
    "Microsoft.EventGrid/topics": {"properties.disableLocalAuth": True},
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
    "Microsoft.ContainerRegistry/registries": {
        "properties.adminUserEnabled": False,
        "properties.anonymousPullEnabled": False,
    },
    f"{_ACCOUNTS}/blobServices/containers": {"properties.publicAccess": "None"},
}
#: Which private endpoints a resource needs when public access is off: group -> DNS zones.
_GROUPS: Final = {
    _REGISTRIES: ("amlregistry",),
    _WORKSPACES: ("amlworkspace",),
    _ACCOUNTS: ("blob",),
    "Microsoft.KeyVault/vaults": ("vault",),
    "Microsoft.EventGrid/topics": ("topic",),
    "Microsoft.ContainerRegistry/registries": ("registry",),
    "Microsoft.Web/sites": ("sites",),
}
_ZONES: Final = {
    "amlregistry": {"privatelink.api.azureml.ms"},
    "amlworkspace": {"privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"},
    "blob": {"privatelink.blob.core.windows.net"},
    "file": {"privatelink.file.core.windows.net"},
    "queue": {"privatelink.queue.core.windows.net"},
    "table": {"privatelink.table.core.windows.net"},
    "vault": {"privatelink.vaultcore.azure.net"},
    "topic": {"privatelink.eventgrid.azure.net"},
    "registry": {"privatelink.azurecr.io"},
    "sites": {"privatelink.azurewebsites.net"},
}
_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
#: Actions of custom roles: reading, the one write that promotion is, and how a datastore is opened.
_ALLOWED_ACTIONS: Final = frozenset(
    {
        "Microsoft.MachineLearningServices/registries/read",
        "Microsoft.MachineLearningServices/registries/assets/read",
        "Microsoft.MachineLearningServices/registries/assets/write",
        "Microsoft.MachineLearningServices/workspaces/read",
        "Microsoft.MachineLearningServices/workspaces/*/read",
        "Microsoft.MachineLearningServices/workspaces/datastores/listSecrets/action",
    }
)


def check_roles(project: Project) -> Iterator[Finding]:
    """Yield what is wrong with the list of built-in roles and ids written elsewhere."""
    listed: dict[str, str] = project.json("infra/roles.json")
    place = Place(file="infra/roles.json", line=1, column=1)
    for name, role in listed.items():
        if facts.BUILT_IN_ROLES.get(name) != role:
            yield Finding(place, f"{name} is not {role}")
    used = {
        name
        for file in project.templates
        for name in listed
        if f"roles['{name}']" in project.text(file) or f"  '{name}'\n" in project.text(file)
    }
    for name in sorted(set(listed) - used):
        yield Finding(place, f"{name} is assigned nowhere")
    for file in project.templates:
        for number, line in enumerate(project.text(file).splitlines(), 1):
            for found in _GUID.findall(line):
                text = f"{found}: role ids stand in infra/roles.json"
                yield Finding(Place(file=file, line=number, column=1), text)


def check(world: World) -> Iterator[Finding]:
    """Yield what is wrong with rights and network of a deployment."""
    yield from _twice(world)
    yield from _hardened(world)
    yield from _roles(world)
    yield from _assignments(world)
    if world.private:
        yield from _private(world)


def _twice(world: World) -> Iterator[Finding]:
    counted = Counter((each.id, each.scope) for each in world.rendering.made)
    for each in world.rendering.made:
        if counted[each.id, each.scope] > 1:
            yield world.say(each, "is made twice")


def _hardened(world: World) -> Iterator[Finding]:
    for each in world.rendering.made:
        for path, wanted in _HARDENED.get(each.type, {}).items():
            if reach(each.body, path) != wanted:
                yield world.say(each, f"{path} has to be {wanted}")


def _roles(world: World) -> Iterator[Finding]:
    for each in world.of("Microsoft.Authorization/roleDefinitions"):
        for permission in each.body["properties"]["permissions"]:
            actions = [*permission.get("actions", []), *permission.get("dataActions", [])]
            for action in actions:
                if action not in _ALLOWED_ACTIONS:
                    yield world.say(each, f"may {action}: no custom role here allows that")


def _assignments(world: World) -> Iterator[Finding]:
    target = f"/registries/{world.rendering.outputs['PROMOTION_TARGET_REGISTRY']}"
    app = f"id-app-{world.rendering.outputs['AZURE_RESOURCE_GROUP'].removeprefix('rg-')}"
    for each in world.of("Microsoft.Authorization/roleAssignments"):
        role = str(each.body["properties"]["roleDefinitionId"])
        if not each.scope:
            yield world.say(each, "a role on a whole group: give it on the resource it is for")
        if each.scope.endswith(target) and "registry-writer" in role and who(each) != app:
            yield world.say(each, f"{who(each)} writes into the target registry; only the app may")
        if _REGISTRIES in each.scope and "guid(" not in role:
            yield world.say(each, "a built-in role on a registry: each of them may delete")


def _private(world: World) -> Iterator[Finding]:
    reached = _reached(world)
    account = world.settings.get("AzureWebJobsStorage__accountName")
    for each in world.rendering.made:
        wanted = set(_GROUPS.get(each.type, ()))
        if each.type == _ACCOUNTS and each.name == account:
            wanted |= {"queue", "table"}
        for group in sorted(wanted - reached.get(each.id, set())):
            yield world.say(each, f"has no private endpoint for {group}")
        yield from _closed(world, each)
    yield from _names(world)


def _closed(world: World, each: Made) -> Iterator[Finding]:
    if each.type == "Microsoft.Web/sites":
        config = each.body["properties"]["siteConfig"]
        for name in (
            "ipSecurityRestrictionsDefaultAction",
            "scmIpSecurityRestrictionsDefaultAction",
        ):
            if config.get(name) != "Deny":
                yield world.say(each, f"{name} has to be Deny")
        inside = [rule.get("ipAddress") for rule in config.get("ipSecurityRestrictions", [])]
        if inside != ["AzureEventGrid"]:
            yield world.say(each, "Event Grid, and nobody else, gets in from outside")
        if not each.body["properties"].get("virtualNetworkSubnetId"):
            yield world.say(each, "is not in the network")
    elif each.type in _GROUPS and reach(each.body, "properties.publicNetworkAccess") != "Disabled":
        yield world.say(each, "is reached from the internet")
    rules = reach(each.body, "properties.networkAcls")
    if rules is not None and rules.get("defaultAction") != "Deny":
        yield world.say(each, "networkAcls.defaultAction has to be Deny")


def _reached(world: World) -> dict[str, set[str]]:
    reached: dict[str, set[str]] = {}
    for endpoint in world.of("Microsoft.Network/privateEndpoints"):
        for link in endpoint.body["properties"]["privateLinkServiceConnections"]:
            properties = link["properties"]
            groups = reached.setdefault(properties["privateLinkServiceId"], set())
            groups.update(properties["groupIds"])
    return reached


def _names(world: World) -> Iterator[Finding]:
    made = {each.name for each in world.of("Microsoft.Network/privateDnsZones")}
    linked = {
        each.name.partition("/")[0]
        for each in world.of("Microsoft.Network/privateDnsZones/virtualNetworkLinks")
    }
    groups = {
        each.name: each.body["properties"]["privateLinkServiceConnections"][0]["properties"][
            "groupIds"
        ]
        for each in world.of("Microsoft.Network/privateEndpoints")
    }
    for each in world.of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"):
        zones = {
            config["properties"]["privateDnsZoneId"].rpartition("/")[2]
            for config in each.body["properties"]["privateDnsZoneConfigs"]
        }
        for group in groups[each.name.partition("/")[0]]:
            if zones != _ZONES.get(group):
                yield world.say(each, f"{group} needs the zones {sorted(_ZONES.get(group, set()))}")
        for zone in sorted(zones - (made & linked)):
            yield world.say(each, f"zone {zone} is not made, or not linked to the network")
