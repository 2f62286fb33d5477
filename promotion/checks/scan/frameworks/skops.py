"""skops' schema: a tree of objects, each with its class and the way it is loaded.

Facts: skops/io (`__class__`, `__module__`, `__loader__`). skops makes the loading process agree to unknown types; here
they must be on the lists like a pickle's globals, whatever that process agrees to.
"""

from typing import Final

from promotion.checks.scan.allow import Use
from promotion.checks.scan.documents.json_objects import JsonObject
from promotion.checks.scan.subject import Subject

WANTED: Final = frozenset({"__class__", "__module__", "__loader__", "file"})

#: Loaders that only put data together.
_LOADERS: Final = frozenset(
    ("BytearrayNode", "BytesNode", "CachedNode", "DTypeNode", "DefaultDictNode", "DictNode", "FunctionNode", "JsonNode",
     "ListNode", "LossNode", "MaskedArrayNode", "NdArrayNode", "ObjectNode", "RandomGeneratorNode", "RandomStateNode",
     "SetNode", "SliceNode", "SparseMatrixNode", "TreeNode", "TupleNode", "TypeNode")
)  # fmt: skip

#: The loader that calls a class with arguments.
_CALLING: Final = "ConstructorFromReduceNode"
#: Loaders whose content is a member of the archive, raw.
_RAW: Final = {"BytesNode", "BytearrayNode"}

#: Plain types that skops writes with their class.
_PLAIN: Final = frozenset(
    ("str", "int", "float", "bool", "NoneType", "list", "tuple", "set", "frozenset", "dict", "bytes", "bytearray",
     "slice", "type", "object", "complex")
)  # fmt: skip


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a schema."""
    loader = found.texts.get("__loader__")
    if loader is None:
        return
    class_name, module = found.texts.get("__class__", ""), found.texts.get("__module__", "")
    if loader in _RAW and "file" in found.texts:
        subject.group.claimed.add(subject.folder + found.texts["file"])
    if module == "builtins" and class_name in _PLAIN and loader in _LOADERS:
        return
    use = subject.lookup(module, class_name)
    if use is None:
        subject.block(
            "pickle-global",
            f"The schema refers to {module}.{class_name}."[:300],
            found.offset,
            module=module[:200],
            name=class_name[:200],
        )
    elif not (loader in _LOADERS or (loader == _CALLING and Use.CALL in use)):
        subject.block(
            "skops-loader",
            f"The schema loads {module}.{class_name} by {loader}, which calls what the file names."[
                :400
            ],
            found.offset,
            loader=loader[:100],
        )
