"""skops' schema: a tree of objects, each with its class and the way it is loaded.

Facts: skops/io (`__class__`, `__module__`, `__loader__`). skops makes the loading process agree to unknown types; here
they must be on the lists like a pickle's globals, whatever that process agrees to.
"""

from typing import Final

from promotion.checks.scan.documents.json_objects import JsonObject
from promotion.checks.scan.subject import Subject

WANTED: Final = frozenset({"__class__", "__module__", "__loader__"})

#: Loaders that only put data together.
_LOADERS: Final = frozenset(
    ("ListNode", "TupleNode", "SetNode", "DictNode", "NdArrayNode", "MaskedArrayNode", "RandomStateNode",
     "RandomGeneratorNode", "SparseMatrixNode", "JsonNode", "BytesNode", "BytearrayNode", "SliceNode", "TypeNode",
     "FunctionNode", "ObjectNode", "TreeNode", "CachedNode", "DatetimeTimeNode", "DatetimeNode", "DefaultDictNode",
     "OrderedDictNode", "NdArrayNode", "SGDNode", "ReduceNode", "LossNode", "DTypeNode", "DatetimeTimedeltaNode",
     "FrozenSetNode", "EnumNode", "QuantileForestNode")
)  # fmt: skip

#: Plain types that skops writes with their class.
_PLAIN: Final = frozenset(
    ("str", "int", "float", "bool", "NoneType", "list", "tuple", "set", "frozenset", "dict", "bytes", "bytearray",
     "slice", "type", "object", "complex")
)  # fmt: skip


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a schema."""
    class_name, module = found.texts.get("__class__"), found.texts.get("__module__")
    if class_name is None or module is None:
        return
    loader = found.texts.get("__loader__", "ObjectNode")
    if loader not in _LOADERS:
        subject.block(
            "skops-loader",
            f"The schema loads {module}.{class_name} by {loader}, which calls what the file names."[
                :400
            ],
            found.offset,
            loader=loader[:100],
        )
    if module == "builtins" and class_name in _PLAIN:
        return
    if subject.lookup(module, class_name) is None:
        subject.block(
            "pickle-global",
            f"The schema refers to {module}.{class_name}."[:300],
            found.offset,
            module=module[:200],
            name=class_name[:200],
        )
