"""Finder for ONNX: operators of other domains than ONNX's own, and data in other files.

Facts: onnx/onnx.proto3. Operators of the standard domains compute; a runtime finds others in native libraries. External
data is a path that the runtime opens, so it must be a plain file beside the model.
"""

from typing import Final

from promotion.checks.scan.documents.protobuf import Field, Message, whole
from promotion.checks.scan.names import path_problem
from promotion.checks.scan.problems import unreadable
from promotion.checks.scan.subject import Subject

#: Field numbers, by message.
_MODEL_GRAPH: Final = 7
_MODEL_FUNCTIONS: Final = 25
_MODEL_TRAINING: Final = 20
_TRAINING_GRAPHS: Final = {1, 2}
_GRAPH_NODE: Final = 1
_GRAPH_TENSOR: Final = 5
_GRAPH_SPARSE: Final = 15
_SPARSE_TENSORS: Final = {1, 2}
_FUNCTION_NAME: Final = 1
_FUNCTION_NODE: Final = 7
_FUNCTION_DOMAIN: Final = 10
_NODE_OPERATOR: Final = 4
_NODE_ATTRIBUTE: Final = 5
_NODE_DOMAIN: Final = 7
_ATTRIBUTE_TENSORS: Final = {5, 10}
_ATTRIBUTE_GRAPHS: Final = {6, 11}
_ATTRIBUTE_SPARSE: Final = {22, 23}
_TENSOR_EXTERNAL: Final = 13
_ENTRY_KEY: Final = 1
_ENTRY_VALUE: Final = 2

_DEEPEST: Final = 50

#: ONNX's own domains, and Microsoft's operators that ONNX Runtime ships in itself.
_DOMAINS: Final = frozenset(
    {"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training", "com.microsoft"}
)  # fmt: skip
#: Operators of those domains that run Python.
_RUNS_CODE: Final = frozenset(
    {"PythonOp", "PythonOpGrad", "PyOp", "ATen", "ExternalTensorrt", "TorchEmbedding"}
)


def find(subject: Subject) -> None:
    """Look at every node and tensor, in the graph, its functions and what is nested in them."""
    message = whole(subject.source, subject.budget)
    fields = [field for field in message.fields() if field.is_bytes]
    if not any(field.number == _MODEL_GRAPH for field in fields):
        raise unreadable("The ONNX model has no graph.")
    functions = [message.inner(field) for field in fields if field.number == _MODEL_FUNCTIONS]
    judge = _Judge(subject, frozenset(_identity(function) for function in functions))
    for field in fields:
        if field.number == _MODEL_GRAPH:
            judge.graph(message.inner(field), 0)
        elif field.number == _MODEL_TRAINING:
            _training(judge, message.inner(field))
    for function in functions:
        judge.nodes(function, _FUNCTION_NODE, 0)


def _identity(function: Message) -> tuple[str, str]:
    """Return the domain and name of a function that the model defines."""
    domain = name = ""
    for field in function.fields():
        if field.number == _FUNCTION_DOMAIN and field.is_bytes:
            domain = function.text(field)
        elif field.number == _FUNCTION_NAME and field.is_bytes:
            name = function.text(field)
    return domain, name


def _training(judge: "_Judge", training: Message) -> None:
    for field in training.fields():
        if field.number in _TRAINING_GRAPHS and field.is_bytes:
            judge.graph(training.inner(field), 0)


class _Judge:
    """Reports operators and external data."""

    def __init__(self, subject: Subject, local: frozenset[tuple[str, str]]) -> None:
        self._subject = subject
        #: Functions that the model itself defines, out of other operators.
        self._local = local

    def graph(self, graph: Message, depth: int) -> None:
        """Judge a graph."""
        if depth > _DEEPEST:
            raise unreadable("Graphs of the ONNX model are nested beyond all measure.", graph.start)
        self.nodes(graph, _GRAPH_NODE, depth)
        for field in graph.fields():
            if field.number == _GRAPH_TENSOR and field.is_bytes:
                self._tensor(graph.inner(field))
            elif field.number == _GRAPH_SPARSE and field.is_bytes:
                self._sparse(graph.inner(field))

    def nodes(self, holder: Message, number: int, depth: int) -> None:
        """Judge the nodes that a graph or a function holds under a field number."""
        for field in holder.fields():
            if field.number == number and field.is_bytes:
                self._node(holder.inner(field), depth)

    def _node(self, node: Message, depth: int) -> None:
        operator = domain = ""
        for field in node.fields():
            if field.number == _NODE_OPERATOR and field.is_bytes:
                operator = node.text(field)
            elif field.number == _NODE_DOMAIN and field.is_bytes:
                domain = node.text(field)
            elif field.number == _NODE_ATTRIBUTE and field.is_bytes:
                self._attribute(node.inner(field), depth)
        known = domain in _DOMAINS or (domain, operator) in self._local
        if not known or operator in _RUNS_CODE:
            self._subject.block(
                "onnx-operator",
                f"The operator {operator[:100]!r} of domain {domain[:100]!r} is native or Python code outside of the model.",
                node.start,
                operator=operator[:200],
                domain=domain[:200],
            )

    def _attribute(self, attribute: Message, depth: int) -> None:
        for field in attribute.fields():
            if not field.is_bytes:
                continue
            if field.number in _ATTRIBUTE_GRAPHS:
                self.graph(attribute.inner(field), depth + 1)
            elif field.number in _ATTRIBUTE_TENSORS:
                self._tensor(attribute.inner(field))
            elif field.number in _ATTRIBUTE_SPARSE:
                self._sparse(attribute.inner(field))

    def _sparse(self, sparse: Message) -> None:
        for field in sparse.fields():
            if field.number in _SPARSE_TENSORS and field.is_bytes:
                self._tensor(sparse.inner(field))

    def _tensor(self, tensor: Message) -> None:
        for field in tensor.fields():
            if field.number == _TENSOR_EXTERNAL and field.is_bytes:
                self._external(tensor.inner(field), field)

    def _external(self, entry: Message, at: Field) -> None:
        key = value = ""
        for field in entry.fields():
            if field.number == _ENTRY_KEY and field.is_bytes:
                key = entry.text(field)
            elif field.number == _ENTRY_VALUE and field.is_bytes:
                value = entry.text(field)
        if key == "location":
            self._location(value, at.start)

    def _location(self, location: str, offset: int) -> None:
        plain = location.removeprefix("./")
        problem = path_problem(plain)
        target = self._subject.folder + plain
        if problem or "://" in location:
            problem = problem or "is an address"
        elif target not in self._subject.group.names:
            problem = "is not among the model's files"
        else:
            self._subject.group.claimed.add(target)
            return
        self._subject.block(
            "onnx-external-data",
            f"A tensor's data is in {location[:200]!r}, which {problem}.",
            offset,
            location=location[:200],
        )
