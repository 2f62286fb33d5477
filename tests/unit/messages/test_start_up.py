"""What a channel needs to send is loaded when it sends, so that the app's other functions start fast."""

import subprocess
import sys

from tests.conftest import ROOT

_HEAVY = ("azure.eventgrid", "azure.communication", "azure.identity", "jinja2", "requests")
_ASK = f"""
import sys
import promotion.adapters.communication_email, promotion.adapters.event_grid
import promotion.adapters.smtp, promotion.adapters.teams
print([name for name in {_HEAVY!r} if name in sys.modules])
"""


def test_naming_the_channels_loads_none_of_their_libraries() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _ASK], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"
