"""`promotion completion`: what a shell runs to complete commands, options and states.

The app is a folder, not an installed program: the shell gets a function `promotion` that runs it from
there, and completes that.
"""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.completion import get_completion_inspect_parameters

#: The variable by which the shell asks `python -m promotion` for completions.
VARIABLE: Final = "_PROMOTION_COMPLETE"
_ROOT: Final = Path(__file__).parent.parent.parent

_BASH: Final = """\
promotion() {{ PYTHONPATH={root} {python} -m promotion "$@"; }}
_promotion_completion() {{
    local IFS=$'\\n'
    COMPREPLY=( $(COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD \\
        {variable}=complete_bash promotion) )
}}
complete -o default -F _promotion_completion promotion
"""
_ZSH: Final = """\
promotion() {{ PYTHONPATH={root} {python} -m promotion "$@"; }}
_promotion_completion() {{
    eval "$(_TYPER_COMPLETE_ARGS="${{words[1,$CURRENT]}}" {variable}=complete_zsh promotion)"
}}
compdef _promotion_completion promotion
"""


def serve_shells() -> None:
    """Make typer answer the shells' questions for completions."""
    # Registers typer's shells besides returning its options, which are not ours.
    get_completion_inspect_parameters()


class Shell(StrEnum):
    """Shells that are served."""

    BASH = "bash"
    ZSH = "zsh"


_SCRIPTS: Final = {Shell.BASH: _BASH, Shell.ZSH: _ZSH}


def completion(shell: Annotated[Shell, typer.Argument(show_default=False)]) -> None:
    """Print what makes `promotion` a command of your shell, completed by Tab: eval "$(python -m promotion completion bash)"."""
    text = _SCRIPTS[shell].format(
        root=shlex.quote(str(_ROOT)),
        python=shlex.quote(sys.executable),
        variable=VARIABLE,
    )
    typer.echo(text, nl=False)
