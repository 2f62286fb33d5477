"""What loading the app costs, in modules: the worker imports it for every trigger."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

FORBIDDEN = (
    "azure.ai",
    "jinja2",
    "opentelemetry",
    "azure.storage",
    "azure.data",
    "azure.identity",
    "yaml",
)


def modules_after(statement: str) -> set[str]:
    """Return what is loaded in a fresh process after a statement."""
    program = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_loading_the_app_loads_no_cloud_no_templates_and_no_telemetry() -> None:
    loaded = modules_after("import function_app")

    assert [name for name in loaded if name.startswith(FORBIDDEN)] == []


def test_loading_the_app_costs_little_more_than_the_library_it_is_written_for() -> None:
    bare = modules_after("import azure.functions")
    whole = modules_after("import function_app")

    assert len(whole - bare) <= 60, sorted(whole - bare)


def test_requests_are_opened_without_the_client_of_blobs() -> None:
    loaded = modules_after(
        "from promotion.adapters.tables import TableRequests\n"
        "from promotion.bootstrap.world import LazyWorld\n"
        "from promotion.settings import read_settings\n"
        # No account is asked here.
        "TableRequests.prepare = lambda self: None\n"
        "settings = {'AzureWebJobsStorage': 'AccountName=x;AccountKey=eA==;TableEndpoint=http://127.0.0.1/x'}\n"
        "assert LazyWorld(read_settings(settings | {'WEBSITE_HOSTNAME': 'x.example'})).requests",
    )

    assert "azure.data.tables" in loaded
    assert "azure.storage.blob" not in loaded


def test_the_functions_are_those_of_the_documentation() -> None:
    names = modules_after(
        "import function_app\n"
        "import sys\n"
        "for f in function_app.app.get_functions(): sys.modules['function:' + f.get_function_name()] = sys",
    )

    assert {name.removeprefix("function:") for name in names if name.startswith("function:")} == {
        "on_model_registered",
        "validate_model",
        "execute_promotion",
        "deliver_facts",
        "sweep",
        "reconcile",
        "anchor",
        "web",
    }
