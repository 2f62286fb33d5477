"""The command line: `python -m promotion`. One file per group of commands; each parses, calls, prints.

Exit codes are the same everywhere: 0 fine, 1 found something, 2 could not run.
"""

import typer

from promotion.cli import (
    audit,
    completing,
    doctor,
    explaining,
    migrating,
    ordering,
    policy,
    requests,
    scan,
)

app = typer.Typer(
    name="promotion",
    help="Promotes Azure ML assets between registries: checked, approved, copied exactly, provable.",
    no_args_is_help=True,
    # Typer's own options would complete the program `python`; the command `completion` does better.
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(audit.app, name="audit")
app.add_typer(migrating.app, name="migrate")
app.add_typer(policy.app, name="policy")
app.add_typer(requests.app, name="requests")
app.add_typer(ordering.retention, name="retention")
app.command("rollback")(ordering.rollback)
app.command("restore")(ordering.restore)
app.command("scan")(scan.scan)
app.command("doctor")(doctor.doctor)
app.command("explain")(explaining.explain)
app.command("completion")(completing.completion)
