"""Which finder reads which kind of content. Knows all finders, and nothing of what they look for."""

from functools import partial
from typing import Final

from promotion.checks.scan.finders import (
    gguf,
    hdf5,
    images,
    json_document,
    keras_metadata,
    npy,
    onnx,
    pickle,
    safetensors,
    sentencepiece,
    simple,
    streams,
    tables,
    tensor,
    tensorflow,
    text,
    torchscript,
    ubjson,
)
from promotion.checks.scan.finders import tar as tar_archive
from promotion.checks.scan.finders import zip as zip_archive
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.subject import Finder

FINDERS: Final[dict[Kind, Finder]] = {
    Kind.EMPTY: simple.accept,
    Kind.PICKLE: pickle.find,
    Kind.NPY: npy.find,
    Kind.ZIP: zip_archive.find,
    Kind.TAR: tar_archive.find,
    **{kind: partial(streams.find, codec=codec) for kind, codec in streams.CODECS.items()},
    Kind.HDF5: hdf5.find,
    Kind.SAFETENSORS: safetensors.find,
    Kind.GGUF: gguf.find,
    Kind.ONNX: onnx.find,
    Kind.SAVED_MODEL: tensorflow.find_saved_model,
    Kind.GRAPH: tensorflow.find_graph,
    Kind.KERAS_METADATA: keras_metadata.find,
    Kind.FINGERPRINT: simple.fingerprint,
    Kind.CHECKPOINT_INDEX: simple.checkpoint_index,
    Kind.UBJSON: ubjson.find,
    Kind.SENTENCEPIECE: sentencepiece.find,
    Kind.CATBOOST: simple.catboost,
    Kind.TENSOR: tensor.find,
    Kind.TORCHSCRIPT: torchscript.find,
    Kind.JSON: json_document.find,
    Kind.TEXT: text.find,
    Kind.PNG: images.find_png,
    Kind.JPEG: images.find_jpeg,
    Kind.GIF: images.find_gif,
    Kind.PARQUET: tables.find,
    Kind.EXECUTABLE: simple.executable,
    Kind.BYTECODE: simple.bytecode,
    Kind.UNSUPPORTED: simple.unsupported,
    Kind.UNKNOWN: simple.unknown,
}
