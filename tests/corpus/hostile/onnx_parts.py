"""Hostile ONNX models whose code or way out lies in a part beside the main graph."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto, helper

from tests.corpus.hostile.operators import external
from tests.corpus.hostile.sample import SOMEWHERE, Sample, field, one

_SHAPE = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
_ADD = helper.make_node("Add", ["x", "x"], ["y"])
_RUN = helper.make_node("Run", ["x"], ["y"], domain="somebody.custom")


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    function = helper.make_function(
        "fares", "Run", ["x"], ["y"], [_RUN], [helper.make_opsetid("", 18)]
    )
    called = helper.make_node("Run", ["x"], ["y"], domain="fares")
    model = helper.make_model(_graph(called), functions=[function])
    yield _one("operator in a function of the model", model, "onnx-operator")
    model = helper.make_model(_graph(_ADD))
    model.training_info.add().algorithm.CopyFrom(_graph(_RUN))
    yield _one("operator in the training's graph", model, "onnx-operator")
    sparse = helper.make_sparse_tensor(
        _weight(), helper.make_tensor("i", TensorProto.INT64, [1], [0]), [1]
    )
    graph = _graph(_ADD)
    graph.sparse_initializer.append(sparse)
    yield _one("external data of a sparse tensor", helper.make_model(graph), "onnx-external-data")
    constant = helper.make_node("Constant", [], ["y"])
    constant.attribute.add(
        name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR
    ).sparse_tensor.CopyFrom(sparse)
    yield _one(
        "external data of a sparse constant",
        helper.make_model(_graph(constant)),
        "onnx-external-data",
    )
    nested = field(1, _ADD.SerializeToString())
    for _ in range(60):
        branch = field(1, b"then_branch") + field(6, nested)
        nested = field(1, field(4, b"If") + field(5, branch))
    yield one("onnx: graphs inside each other", "m.onnx", field(7, nested), "unreadable", SOMEWHERE)


def _graph(node: onnx.NodeProto) -> onnx.GraphProto:
    return helper.make_graph([node], "g", _SHAPE[:1], _SHAPE[1:])


def _weight() -> TensorProto:
    weight = external("/etc/hostname")
    weight.raw_data = bytes(4)
    return weight


def _one(name: str, model: onnx.ModelProto, rule: str) -> Sample:
    return one(f"onnx: {name}", "m.onnx", model.SerializeToString(), rule, SOMEWHERE)
