"""Writes GGUF files: no library that does is light enough for the tests."""

import struct


def gguf(*, template: str = "", tensors: int = 1) -> bytes:
    """Return a GGUF file, version 3, with a chat template and tensors of 32 floats."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    pairs = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    pairs.append(
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    )
    pairs.append(text("tokenizer.chat_template") + struct.pack("<I", 8) + text(template))
    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, len(pairs)) + b"".join(pairs)
    for index in range(tensors):
        head += text(f"t{index}") + struct.pack("<IQIQ", 1, 32, 0, index * 128)
    return head + bytes(-len(head) % 32) + bytes(128 * tensors)
