"""Subscribes on_model_registered to the development workspace's events, once it can answer.

Event Grid shakes hands when it subscribes. That needs the function deployed and indexed, and the system key
`eventgrid_extension`, which the host makes when it first starts with an Event Grid trigger: this waits for
both, ten minutes at most, then deploys `infra/subscription.bicep`. Running it again changes nothing.
"""

import sys
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
from infra.hooks.azure_cli import HookError, az, main, setting

_TEMPLATE: Final = Path(__file__).parent.parent / "subscription.bicep"
_FUNCTION: Final = "on_model_registered"
_TRIES: Final = 60
_PAUSE: Final = 10.0


def subscribe() -> None:
    """Wait for function and key, then subscribe."""
    wait()
    az(
        *("deployment", "group", "create", "--name", "promotion-events"),
        *("--subscription", setting("PROMOTION_SYSTEM_TOPIC_SUBSCRIPTION")),
        *("--resource-group", setting("PROMOTION_SYSTEM_TOPIC_GROUP")),
        *("--template-file", str(_TEMPLATE), "--parameters"),
        f"systemTopicName={setting('PROMOTION_SYSTEM_TOPIC')}",
        f"functionAppId={setting('PROMOTION_APP_ID')}",
        f"deadLetterAccountId={setting('PROMOTION_DEAD_LETTER_ACCOUNT_ID')}",
        f"deadLetterContainer={setting('PROMOTION_DEAD_LETTER_CONTAINER')}",
    )
    print(f"events: {_FUNCTION} is subscribed")


def wait(tries: int = _TRIES, pause: float = _PAUSE) -> None:
    """Return when the function is indexed and its key is there.

    Raises:
        HookError: they are not after all tries.
    """
    missing = ""
    for attempt in range(tries):
        missing = _missing()
        if not missing:
            return
        print(f"events: waiting for {missing} ({attempt + 1} of {tries})")
        time.sleep(pause)
    raise HookError(
        f"{missing} is not there after {tries} tries: open the app once, look at its log stream, "
        "then run `azd hooks run postdeploy`."
    )


def _missing() -> str:
    where = ["--name", setting("PROMOTION_APP_NAME"), *_group()]
    functions = az("functionapp", "function", "list", *where) or []
    if not any(str(each["name"]).endswith(f"/{_FUNCTION}") for each in functions):
        return f"the function {_FUNCTION}"
    keys = az("functionapp", "keys", "list", *where) or {}
    has_key = (keys.get("systemKeys") or {}).get("eventgrid_extension")
    return "" if has_key else "the system key eventgrid_extension"


def _group() -> list[str]:
    return ["--resource-group", setting("AZURE_RESOURCE_GROUP")]


if __name__ == "__main__":
    sys.exit(main(subscribe))
