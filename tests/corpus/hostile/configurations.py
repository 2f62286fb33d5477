"""Configurations whose loader imports or calls what they name."""

from collections.abc import Iterator

from tests.corpus.hostile.sample import Sample, one

_LAMBDA = b"class_name: Sequential\nconfig:\n- class_name: Lambda\n  config: {function: [eA, null, null], function_type: lambda}\n"


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    target = b'{"model": {"_target_": "os.getcwd"}}'
    yield one("hydra: target in JSON", "config.json", target, "config-object", 10)
    target = b"model:\n  - net: {_target_: os.getcwd}\n"
    yield one("hydra: target in YAML", "config.yaml", target, "config-object")
    called = b'{"a": {"py/reduce": [{"py/function": "os.getcwd"}, {"py/tuple": []}]}}'
    yield one("jsonpickle: call", "state.json", called, "config-object", 6)
    made = b'{"a": 1}\n{"py/object": "os._wrap_close"}\n'
    yield one("jsonpickle: class, in lines", "state.jsonl", made, "config-object", 9)
    yield one("keras: Lambda layer in YAML", "model.yaml", _LAMBDA, "keras-code")
    modules = b'[{"idx": 0, "path": "", "type": "fares.modules.Layer"}]'
    yield one("sentence-transformers: module", "modules.json", modules, "remote-code", 1)
    mapping = b'{"auto_mapping": {"base_model_class": "Model", "parent_library": "fares.model"}}'
    yield one("peft: module of the base model", "adapter_config.json", mapping, "remote-code", 17)
    yield from _xml()


def _xml() -> Iterator[Sample]:
    start = b'<?xml version="1.0"?>'
    padded = start + b"<!--" + b"a" * 300_000 + b"-->\n"
    late = padded + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x/>'
    yield one("XML with entities, late", "m.pmml", late, "active-content", len(padded))
    include = (
        start
        + b'<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/hostname"/></x>'
    )
    at = include.index(b"www.")
    yield one("XML that includes a file", "m.xml", include, "active-content", at)
    named = start + b"<!DOCTYPE x>"
    yield one("XML under a text's name", "notes.txt", named, "active-content", len(start))
