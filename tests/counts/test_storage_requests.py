"""How many requests one promotion makes to the app's storage account, step by step: they are priced.

When a number here changes on purpose, change it here: the change is what a reviewer should see.
"""

import pytest

from bench.figures import operations
from sandbox.config import Config

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

EXPECTED = {
    "receive the event": {"tables": 2, "queues": 1},
    "validate": {"tables": 5, "blobs": 2, "queues": 1},
    "tell who is asked": {"tables": 4},
    "decide": {"tables": 3, "queues": 2},
    "tell the decision": {"tables": 4},
    "promote": {"tables": 7, "blobs": 7, "queues": 1},
    "tell the end": {"tables": 4},
}


#: Where the route settles the target's version, it is reserved before people are asked: a look at what was
#: given, and a row.
NUMBERED = EXPECTED | {"validate": {"tables": 7, "blobs": 2, "queues": 1}}


@pytest.mark.parametrize(("version", "expected"), [("same", EXPECTED), ("next", NUMBERED)])
def test_each_step_of_a_promotion_makes_exactly_so_many_storage_requests(
    cloud: Config, version: str, expected: dict[str, dict[str, int]]
) -> None:
    counts = operations.promote_two(cloud, f"counted-{version}", None, version=version)

    own = {
        step: {name: found[name] for name in operations.ACCOUNT if name in found}
        for step, found in counts.items()
    }
    assert own == expected
