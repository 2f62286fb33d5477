"""The app's two companions for `cold_start`, made from its own source so that they cannot fall behind.

`empty`: the same triggers, every body and every import but the library's taken out. `eager`: the app
itself, with azure-ai-ml imported at the top.
"""

import ast
import shutil
from pathlib import Path
from typing import Final

from bench.child import ROOT

_SOURCE: Final = ROOT / "function_app.py"
_LIBRARY: Final = "azure.functions"
_EAGER: Final = "import azure.ai.ml\n"


def make(folder: Path) -> dict[str, Path]:
    """Write the apps; return the folder of each, the app itself among them, copied alike."""
    source = _SOURCE.read_text()
    return {
        "ours": _app(folder / "ours", source),
        "empty": _app(folder / "empty", empty(source)),
        "eager": _app(folder / "eager", _EAGER + source),
    }


def empty(source: str) -> str:
    """Return the source with the triggers alone: what is decorated, without its body."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if _kept(node)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Expr(ast.Constant(...))]
    return ast.unparse(ast.fix_missing_locations(tree))


def _kept(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=[ast.alias(name=name)]):
            return name == _LIBRARY
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == "app"
        case ast.FunctionDef(decorator_list=decorators):
            return bool(decorators)
        case _:
            return False


def _app(folder: Path, source: str) -> Path:
    folder.mkdir(parents=True)
    (folder / _SOURCE.name).write_text(source)
    shutil.copy(ROOT / "host.json", folder)
    return folder
