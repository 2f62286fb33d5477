"""Finder for TensorFlow's SavedModels and graphs: operators that reach outside of the model.

Facts: tensorflow/core/protobuf/{saved_model,meta_graph}.proto, tensorflow/core/framework/{graph,function,node_def,attr_value}.proto.
Operators are on the list of those that only compute, or refused. Saving and restoring belong to every SavedModel; they
may only use the path that the loader gives.
"""

from typing import Final

from promotion.checks.scan.allow.tensorflow import OPERATORS
from promotion.checks.scan.documents.protobuf import Message, whole
from promotion.checks.scan.frameworks.graph_paths import CHECKPOINTS, Node, Scope
from promotion.checks.scan.names import path_problem
from promotion.checks.scan.problems import unreadable
from promotion.checks.scan.subject import Subject

#: Field numbers, by message.
_SAVED_META_GRAPH: Final = 2
_META_GRAPH: Final = 2
_META_ASSET: Final = 6
_ASSET_FILE: Final = 2
_GRAPH_NODE: Final = 1
_GRAPH_LIBRARY: Final = 2
_LIBRARY_FUNCTION: Final = 1
_FUNCTION_NODE: Final = 3
_NODE_OP: Final = 2
_NODE_NAME: Final = 1
_NODE_INPUT: Final = 3
_NODE_ATTRIBUTE: Final = 5

#: What one node counts besides its fields; real ones have more than forty bytes.
_STEPS: Final = 10

#: Words in the names of operators that reach files, networks, devices or Python.
_REACHING: Final = (
    ("PyFunc", "runs a Python function of the loading process"),
    ("File", "reads, writes or lists files"),
    ("Reader", "reads files"),
    ("Dataset", "reads files or other data"),
    ("Save", "writes files"),
    ("Restore", "reads files"),
    ("Checkpoint", "reads or writes files"),
    ("Summary", "writes files"),
    ("Debug", "sends tensors to files or over the network"),
    ("Dump", "writes files"),
    ("Print", "can write files"),
    ("Proto", "can read files"),
    ("ImmutableConst", "maps a file into memory"),
    ("Rpc", "opens network connections"),
    ("Server", "opens network connections"),
    ("Remote", "runs on other machines"),
    ("XlaCustom", "calls native code by name"),
    ("XlaCallModule", "carries a program in another language"),
)


def find_saved_model(subject: Subject) -> None:
    """Look at every graph of a SavedModel, and claim the variables beside it."""
    folder = f"{subject.folder}variables/"
    subject.group.claimed |= {name for name in subject.group.names if name.startswith(folder)}
    found = False
    for field in whole(subject.source, subject.budget).fields():
        if field.number == _SAVED_META_GRAPH and field.is_bytes:
            found = True
            _meta_graph(subject, Message(subject.source, subject.budget, field.start, field.end))
    if not found:
        raise unreadable("The SavedModel has no graph.")


def find_graph(subject: Subject) -> None:
    """Look at a graph that stands alone."""
    message = whole(subject.source, subject.budget)
    if not _graph(subject, message):
        raise unreadable("It is no TensorFlow graph.")


def _meta_graph(subject: Subject, meta: Message) -> None:
    for field in meta.fields():
        if field.number == _META_GRAPH and field.is_bytes:
            _graph(subject, meta.inner(field))
        elif field.number == _META_ASSET and field.is_bytes:
            _asset(subject, meta.inner(field))


def _asset(subject: Subject, asset: Message) -> None:
    """The loader reads a file of the folder `assets` under the name that stands in the graph."""
    for field in asset.fields():
        if field.number == _ASSET_FILE and field.is_bytes:
            name = asset.text(field)
            problem = path_problem(name)
            if problem:
                subject.block(
                    "archive-path", f"The asset's name {name[:200]!r} {problem}.", field.start
                )


def _graph(subject: Subject, graph: Message) -> int:
    scope = Scope(subject)
    count = 0
    for field in graph.fields():
        if field.number == _GRAPH_NODE and field.is_bytes:
            count += 1
            _node(subject, graph.inner(field), scope)
        elif field.number == _GRAPH_LIBRARY and field.is_bytes:
            count += _library(subject, graph.inner(field))
    scope.check()
    return count


def _library(subject: Subject, library: Message) -> int:
    count = 0
    for field in library.fields():
        if field.number != _LIBRARY_FUNCTION or not field.is_bytes:
            continue
        count += 1
        scope = Scope(subject)
        function = library.inner(field)
        for part in function.fields():
            if part.number == _FUNCTION_NODE and part.is_bytes:
                _node(subject, function.inner(part), scope)
        scope.check()
    return count


def _node(subject: Subject, message: Message, scope: Scope) -> None:
    subject.budget.spend(_STEPS)
    name = operator = ""
    inputs: list[str] = []
    attributes: list[Message] = []
    for field in message.fields():
        if not field.is_bytes:
            continue
        if field.number == _NODE_NAME:
            name = message.text(field)
        elif field.number == _NODE_OP:
            operator = message.text(field)
        elif field.number == _NODE_INPUT:
            inputs.append(message.text(field))
        elif field.number == _NODE_ATTRIBUTE:
            attributes.append(message.inner(field))
    if operator not in OPERATORS and operator not in CHECKPOINTS:
        _block(subject, operator, name, message.start)
    scope.add(Node(name, operator, tuple(inputs), message.start), attributes)


def _block(subject: Subject, operator: str, name: str, offset: int) -> None:
    shown = operator[:100] or "(none)"
    for word, what in _REACHING:
        if word in operator:
            subject.block(
                "savedmodel-operator",
                f"The operator {shown} of node {name[:100]!r} {what}.",
                offset,
                operator=shown,
                node=name[:200],
            )
            return
    subject.block(
        "savedmodel-unknown-operator",
        f"The operator {shown} of node {name[:100]!r} is not known to compute only.",
        offset,
        operator=shown,
        node=name[:200],
    )
