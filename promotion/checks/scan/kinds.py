"""What a file or member can be taken for, by its content."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of content. Each has one finder, except those that are refused for what they are."""

    EMPTY = "empty"
    # Loaded by unpickling.
    PICKLE = "pickle"
    NPY = "numpy array"
    # Archives and compressed streams.
    ZIP = "zip archive"
    TAR = "tar archive"
    GZIP = "gzip stream"
    ZLIB = "zlib stream"
    BZIP2 = "bzip2 stream"
    XZ = "xz stream"
    LZMA = "lzma stream"
    LZ4 = "lz4 stream"
    # Models that are data, or data with operators.
    HDF5 = "hdf5"
    SAFETENSORS = "safetensors"
    GGUF = "gguf"
    ONNX = "onnx"
    SAVED_MODEL = "tensorflow saved model"
    GRAPH = "tensorflow graph"
    KERAS_METADATA = "keras metadata"
    FINGERPRINT = "tensorflow fingerprint"
    CHECKPOINT_INDEX = "tensorflow checkpoint index"
    UBJSON = "ubjson"
    SENTENCEPIECE = "sentencepiece model"
    CATBOOST = "catboost model"
    # Parts of torch's files, known by their place.
    TENSOR = "tensor bytes"
    TORCHSCRIPT = "torchscript source"
    # Data.
    JSON = "json"
    TEXT = "text"
    PNG = "png image"
    JPEG = "jpeg image"
    GIF = "gif image"
    PARQUET = "parquet"
    # Refused whatever they hold.
    EXECUTABLE = "executable"
    BYTECODE = "python bytecode"
    UNSUPPORTED = "unsupported container"
    UNKNOWN = "unknown"
