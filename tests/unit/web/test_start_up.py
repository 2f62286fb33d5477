"""What starting costs: templates are loaded with the first page, not before."""

import subprocess
import sys

_PROBE = """
import sys
from tests.surfing import Surfer
surfer = Surfer()
from promotion.web import http
for url in ("/api/health", "/api/openapi.json", "/api/promotions", "/static/app.css"):
    surfer.site.handle(http.read(method="GET", url=url))
assert not {"jinja2", "markupsafe"} & set(sys.modules), "a call of the API loaded the templates"
surfer.site.handle(http.read(method="GET", url="/"))
assert "jinja2" in sys.modules, "the probe would not have seen it"
"""


def test_templates_are_loaded_with_the_first_page_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
