"""Hostile graphs: TensorFlow's and ONNX's operators that reach outside of the model."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto, helper

from tests.corpus.hostile.keras_files import layer, sequential
from tests.corpus.hostile.sample import SOMEWHERE, Sample, field, one


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _tensorflow()
    yield from _onnx()


def graph_node(
    name: str, operator: str, inputs: tuple[str, ...] = (), attributes: bytes = b""
) -> bytes:
    """Return a node of a TensorFlow graph."""
    content = field(1, name.encode()) + field(2, operator.encode())
    return content + b"".join(field(3, text.encode()) for text in inputs) + attributes


def saved_model(nodes: list[bytes]) -> bytes:
    """Return a SavedModel of one graph."""
    graph = b"".join(field(1, node) for node in nodes)
    return field(1, 1) + field(2, field(2, graph))


def _in_function(node: bytes) -> bytes:
    function = field(1, field(1, b"__inference_call_1")) + field(3, node)
    return field(1, 1) + field(
        2, field(2, field(1, graph_node("x", "Placeholder")) + field(2, field(1, function)))
    )


def _tensorflow() -> Iterator[Sample]:
    for operator in ("ReadFile", "WriteFile", "MatchingFiles", "PyFunc", "EagerPyFunc", "PrintV2", "TextLineDataset", "DebugIdentityV2", "ImmutableConst",
                     "CreateSummaryFileWriter", "RpcCall", "InitializeTableFromTextFileV2"):  # fmt: skip
        node = graph_node("evil", operator)
        content = saved_model([graph_node("x", "Placeholder"), node])
        yield one(
            f"saved model: {operator}",
            "m/saved_model.pb",
            content,
            "savedmodel-operator",
            content.index(node),
        )
    unknown = graph_node("evil", "SomebodysOperator")
    content = saved_model([unknown])
    yield one(
        "saved model: operator of somebody",
        "saved_model.pb",
        content,
        "savedmodel-unknown-operator",
        content.index(unknown),
    )
    hidden = graph_node("evil", "ReadFile")
    content = _in_function(hidden)
    yield one(
        "saved model: operator in a function",
        "saved_model.pb",
        content,
        "savedmodel-operator",
        content.index(hidden),
    )
    tensor = field(1, 7) + field(8, b"/etc/profile.d/start.sh")
    value = field(5, field(1, b"value") + field(2, field(8, tensor)))
    save = graph_node("save", "SaveV2", ("joined", "names"))
    content = saved_model(
        [
            graph_node("path", "Const", attributes=value),
            graph_node("joined", "StringJoin", ("path", "x")),
            save,
        ]
    )
    yield one(
        "saved model: saves to a path of its own",
        "saved_model.pb",
        content,
        "savedmodel-operator",
        content.index(save),
    )
    graph = field(1, graph_node("evil", "WriteFile"))
    yield one("frozen graph that writes files", "graph.pb", graph, "savedmodel-operator", 2)
    yield one("saved model without a graph", "saved_model.pb", field(1, 1), "unreadable", None)
    yield one(
        "saved model cut off",
        "saved_model.pb",
        saved_model([graph_node("x", "Placeholder")])[:-4],
        "truncated",
        SOMEWHERE,
    )
    metadata = sequential(layer("Lambda", {}, None)).encode()
    content = field(1, field(2, 1) + field(4, metadata))
    at = content.index(metadata)
    yield one(
        "keras metadata: Lambda layer",
        "keras_metadata.pb",
        content,
        "keras-code",
        metadata.index(b'{"class_name": "Lambda"'),
        f"!metadata at {at}",
    )


def onnx_model(node: onnx.NodeProto, tensors: tuple[TensorProto, ...] = ()) -> bytes:
    """Return an ONNX model of one node."""
    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([node], "g", shape[:1], shape[1:], list(tensors))
    return bytes(helper.make_model(graph).SerializeToString())


def external(location: str) -> TensorProto:
    """Return a tensor whose data lies in another file."""
    tensor = TensorProto(
        name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL
    )
    tensor.external_data.add(key="location", value=location)
    return tensor


def _onnx() -> Iterator[Sample]:
    for location in (
        "../../../etc/hostname",
        "/etc/hostname",
        "https://example.invalid/w",
        "missing.data",
        "C:\\w",
    ):
        content = onnx_model(helper.make_node("Add", ["x", "w"], ["y"]), (external(location),))
        entry = field(1, b"location") + field(2, location.encode())
        yield one(
            f"onnx: data in {location}",
            "m.onnx",
            content,
            "onnx-external-data",
            content.index(entry),
        )
    node = helper.make_node("Run", ["x"], ["y"], domain="somebody.custom")
    raw = node.SerializeToString()
    content = onnx_model(node)
    yield one(
        "onnx: operator of another domain", "m.onnx", content, "onnx-operator", content.index(raw)
    )
    python = helper.make_node("PyOp", ["x"], ["y"], domain="ai.onnx.contrib")
    content = onnx_model(python)
    yield one(
        "onnx: operator that runs Python",
        "m.onnx",
        content,
        "onnx-operator",
        content.index(python.SerializeToString()),
    )
    inner = helper.make_graph(
        [node], "inner", [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])]
    )
    branch = helper.make_node("If", ["x"], ["y"], then_branch=inner, else_branch=inner)
    content = onnx_model(branch)
    yield one("onnx: operator in a branch", "m.onnx", content, "onnx-operator", content.index(raw))
    tensor = helper.make_node("Constant", [], ["y"], value=external("/etc/hostname"))
    content = onnx_model(tensor)
    entry = field(1, b"location") + field(2, b"/etc/hostname")
    yield one(
        "onnx: external data of a constant",
        "m.onnx",
        content,
        "onnx-external-data",
        content.index(entry),
    )
    yield one("onnx: no graph", "m.onnx", field(1, 9), "unreadable", None)
    yield one("onnx: no model at all", "m.onnx", b"\xff\xff\xff\xff", "truncated", SOMEWHERE)
