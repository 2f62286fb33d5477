"""Run every probe, each for itself: one that cannot look keeps no other from it."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from promotion.domain.errors import PromotionError
from promotion.domain.findings import Finding, bad
from promotion.ports import World
from promotion.usecases.diagnose import azureml, trail, work

_log = logging.getLogger(__name__)

_SIDE_BY_SIDE: Final = 8

type Look = Callable[[], Iterator[Finding]]


def diagnose(world: World, *, trial_copy: bool = False) -> tuple[Finding, ...]:
    """Return everything that was found, in a fixed order; changes nothing.

    Args:
        world: the deployment.
        trial_copy: copy one small file of a source to each target's storage, into an upload that never
            becomes a version. Without it, whether copies can be made is not known.
    """
    looks: list[tuple[str, Look]] = [
        ("policy", lambda: work.policy(world)),
        *((each.name, each.look) for each in world.probes),
        ("registries", lambda: azureml.registries(world)),
        ("copies", lambda: azureml.copies(world, trial=trial_copy)),
        ("work", lambda: work.waiting(world)),
        ("trail", lambda: trail.proof(world)),
    ]
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="probe") as pool:
        return tuple(
            finding
            for findings in pool.map(lambda each: _looked(*each), looks)
            for finding in findings
        )


def _looked(name: str, look: Look) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(look())
    except PromotionError as error:
        found.append(bad(name, error.problem, error.remedy))
    except Exception as error:  # noqa: BLE001 -- a probe's own fault must not take the others with it
        _log.exception("probe ended with an error", extra={"probe": name})
        remedy = "Report this with the app's log of this moment."
        found.append(bad(name, f"Looking ended with {type(error).__name__}: {error}.", remedy))
    return found
