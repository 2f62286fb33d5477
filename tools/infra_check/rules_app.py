"""What has to hold of the function app: Flex Consumption, who gets in, what wakes it, where it keeps what."""

from collections.abc import Iterator
from typing import Any, Final

from tools.infra_check import facts
from tools.infra_check.tree import Finding
from tools.infra_check.world import World, keys, reach

_EVENT: Final = "Microsoft.MachineLearningServices.ModelRegistered"


def check(world: World) -> Iterator[Finding]:
    """Yield what is wrong with the app of a deployment."""
    yield from _plan(world)
    yield from _sign_in(world)
    yield from _subscription(world)
    yield from _storage(world)


def _plan(world: World) -> Iterator[Finding]:
    for plan in world.of("Microsoft.Web/serverfarms"):
        if reach(plan.body, "sku.name") != "FC1" or not reach(plan.body, "properties.reserved"):
            yield world.say(plan, "Flex Consumption is sku FC1 on Linux (reserved)")
    for policy in world.of("Microsoft.Web/sites/basicPublishingCredentialsPolicies"):
        if reach(policy.body, "properties.allow") is not False:
            yield world.say(policy, "nobody publishes with a password")
    app = world.app
    for name in sorted(set(keys(app.body)) & facts.FORBIDDEN_ON_FLEX):
        yield world.say(app, f"{name} has no place on Flex Consumption")
    if reach(app.body, "properties.siteConfig.appSettings") is not None:
        yield world.say(app, "app settings stand in one place: the config named appsettings")
    if reach(app.body, "tags.azd-service-name") != "app":
        yield world.say(app, "azd finds the app by its tag azd-service-name")
    if not reach(app.body, "properties.httpsOnly"):
        yield world.say(app, "pages go over HTTPS alone")
    yield from _runtime(world, reach(app.body, "properties.functionAppConfig") or {})


def _runtime(world: World, config: dict[str, Any]) -> Iterator[Finding]:
    wanted = world.project.text(".python-version").strip()
    if config.get("runtime") != {"name": "python", "version": wanted}:
        yield world.say(world.app, f"functionAppConfig.runtime has to be python {wanted}")
    for ready in reach(config, "scaleAndConcurrency.alwaysReady") or []:
        group = ready["name"]
        if group != "http" and group.removeprefix("function:") not in world.functions:
            yield world.say(world.app, f"always ready for {group}: there is no such function")


def _sign_in(world: World) -> Iterator[Finding]:
    found = [
        each
        for each in world.of("Microsoft.Web/sites/config")
        if each.name.endswith("/authsettingsV2")
    ]
    if len(found) != 1:
        yield world.say(world.app, "Easy Auth is not configured")
        return
    auth = found[0]
    wanted = {
        "properties.platform.enabled": True,
        "properties.globalValidation.requireAuthentication": True,
        "properties.globalValidation.excludedPaths": ["/runtime/webhooks/*"],
        "properties.identityProviders.azureActiveDirectory.enabled": True,
        "properties.httpSettings.requireHttps": True,
    }
    for path, value in wanted.items():
        if reach(auth.body, path) != value:
            yield world.say(auth, f"{path.rpartition('.')[2]} has to be {value}")
    named = reach(
        auth.body,
        "properties.identityProviders.azureActiveDirectory.registration.clientSecretSettingName",
    )
    if named not in world.settings:
        yield world.say(auth, f"clientSecretSettingName names {named}, which is no setting")


def _subscription(world: World) -> Iterator[Finding]:
    subscriptions = list(world.of("Microsoft.EventGrid/systemTopics/eventSubscriptions"))
    for each in subscriptions:
        properties = each.body["properties"]
        target = str(reach(properties, "destination.properties.resourceId"))
        if target.rpartition("/functions/")[2] not in world.functions:
            yield world.say(each, f"{target} is no function of the app")
        if reach(properties, "filter.includedEventTypes") != [_EVENT]:
            yield world.say(each, f"subscribe to {_EVENT} and nothing else")
        if reach(properties, "filter.advancedFilters") is not None:
            yield world.say(
                each, "Azure ML spells the keys of its data differently: no advanced filters"
            )
        retry = properties.get("retryPolicy") or {}
        if not 1 <= retry.get("maxDeliveryAttempts", 0) <= 30:  # noqa: PLR2004 -- Event Grid's bounds
            yield world.say(each, "maxDeliveryAttempts has to be 1 to 30")
        if not 1 <= retry.get("eventTimeToLiveInMinutes", 0) <= 1440:  # noqa: PLR2004 -- as above
            yield world.say(each, "eventTimeToLiveInMinutes has to be 1 to 1440")
        dead = reach(properties, "deadLetterWithResourceIdentity.deadLetterDestination.properties")
        if not dead or not dead.get("blobContainerName"):
            yield world.say(each, "without a dead letter destination events are dropped")
    for topic in world.of("Microsoft.EventGrid/topics"):
        if reach(topic.body, "properties.inputSchema") != "CloudEventSchemaV1_0":
            yield world.say(topic, "facts are CloudEvents: inputSchema CloudEventSchemaV1_0")


def _storage(world: World) -> Iterator[Finding]:
    account = world.settings.get("AzureWebJobsStorage__accountName")
    found = {
        each.name.rpartition("/")[2]: each
        for each in world.of("Microsoft.Storage/storageAccounts/queueServices/queues")
        if each.name.startswith(f"{account}/")
    }
    wanted = {f"{name}{end}" for name in world.queues for end in ("", "-poison")}
    app = world.app
    for name in sorted(wanted - set(found)):
        yield world.say(app, f"queue {name} is not made in {account}")
    for name in sorted(set(found) - wanted):
        yield world.say(found[name], "no function listens to this queue")
    package = str(reach(app.body, "properties.functionAppConfig.deployment.storage.value"))
    containers = {
        each.name.rpartition("/")[2]
        for each in world.of("Microsoft.Storage/storageAccounts/blobServices/containers")
    }
    if not package.endswith(tuple(containers)):
        yield world.say(app, f"packages go to {package}, which is not made")
    policies = list(
        world.of("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies")
    )
    anchored = f"{world.settings.get('PROMOTION_ANCHOR_ACCOUNT')}/default/{world.settings.get('PROMOTION_ANCHOR_CONTAINER')}/"
    if not any(each.name.startswith(anchored) for each in policies):
        yield world.say(app, f"the container of the anchors ({anchored}) is not immutable")
