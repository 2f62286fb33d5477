"""`python -m promotion`: the command line, or a word on what it needs."""

import sys


def main() -> int:
    """Run the command line; return 2 when it is not installed."""
    try:
        from promotion.cli import app  # noqa: PLC0415 -- so that what is missing can be told
        from promotion.cli.completing import VARIABLE, serve_shells  # noqa: PLC0415 -- as above
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich"}:
            raise
        sys.stderr.write(
            f"The command line needs {error.name}: pip install -r requirements-cli.txt\n",
        )
        return 2
    serve_shells()
    app(prog_name="python -m promotion", complete_var=VARIABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
