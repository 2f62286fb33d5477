"""What has to hold of the app's settings: read is set, set is read, no secret among them, nothing forbidden."""

from collections.abc import Iterator
from typing import Final

from tools.infra_check import facts
from tools.infra_check.settings import read_by_the_app
from tools.infra_check.tree import Finding
from tools.infra_check.world import World

_SECRETS: Final = frozenset({"PROMOTION_CSRF_KEY", "PROMOTION_TEAMS_WEBHOOK"})


def check(world: World) -> Iterator[Finding]:
    """Yield what is wrong with the settings of a deployment."""
    given, read = set(world.settings), read_by_the_app()
    unset = read - given - facts.PLATFORM_SETS - set(facts.NOT_IN_AZURE)
    sayings = {
        "the app reads {}, and nothing sets it": unset,
        "{} is set, and nothing reads it": given - read - facts.PLATFORM_READS,
        "{} has no place on Flex Consumption": given & facts.FORBIDDEN_ON_FLEX,
        "{} is the platform's to set": given & facts.PLATFORM_SETS,
        "the platform reads {}, and nothing sets it": facts.PLATFORM_READS - given,
    }
    for saying, names in sayings.items():
        yield from (world.say(world.app, saying.format(name)) for name in sorted(names))
    for name in sorted(given & set(facts.NOT_IN_AZURE)):
        yield world.say(world.app, f"{name} must not be set: {facts.NOT_IN_AZURE[name]}")
    for name, value in world.settings.items():
        yield from _value(world, name, value)


def _value(world: World, name: str, value: object) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield world.say(world.app, f"{name} is no text: app settings are")
    elif name in _SECRETS and value and not value.startswith("@Microsoft.KeyVault("):
        yield world.say(world.app, f"{name} is a secret: set a reference to the vault")
    elif name == "PROMOTION_POLICY_FILE" and not world.project.exists(value):
        yield world.say(world.app, f"there is no policy file {value}")
