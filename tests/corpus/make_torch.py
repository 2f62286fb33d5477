"""Makes the small PyTorch files under `files/`; run by hand, as PyTorch is too heavy for the tests.

Made with torch 2.13.0 (CPU) on Python 3.11:

    python3.11 -m venv /tmp/torch && /tmp/torch/bin/pip install torch==2.13.0 numpy
    /tmp/torch/bin/python tests/corpus/make_torch.py
"""

import pickle
import shutil
from pathlib import Path

import torch
from torch import nn

FILES = Path(__file__).parent / "files" / "torch"


def network() -> nn.Module:
    """Return a small network of common layers."""
    return nn.Sequential(
        nn.Conv2d(1, 2, 3),
        nn.BatchNorm2d(2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2, 2),
    )


def checkpoint(model: nn.Module) -> dict[str, object]:
    """Return what training scripts keep: weights, optimizer, epoch."""
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(2, 1, 8, 8)).sum().backward()
    optimizer.step()
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "loss": 0.25,
    }


def main() -> None:
    """Write every file anew."""
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir(parents=True)
    torch.manual_seed(0)
    model = network()
    torch.save(model.state_dict(), FILES / "state.pt")
    torch.save(model, FILES / "model.pth")
    torch.save(checkpoint(model), FILES / "checkpoint.ckpt")
    torch.save(model.state_dict(), FILES / "old.pt", _use_new_zipfile_serialization=False)
    torch.save(nn.LSTM(3, 2), FILES / "lstm.pt")
    torch.save(
        [torch.zeros(2, dtype=t) for t in (torch.bfloat16, torch.int8, torch.bool)],
        FILES / "types.bin",
    )
    torch.jit.script(model).save(FILES / "scripted.pt")
    torch.jit.trace(model.eval(), torch.ones(1, 1, 8, 8)).save(FILES / "traced.pt")
    batch = torch.export.Dim("batch")
    program = torch.export.export(model, (torch.ones(2, 1, 8, 8),), dynamic_shapes=({0: batch},))
    torch.export.save(program, FILES / "exported.pt2")
    (FILES / "tensor.pkl").write_bytes(pickle.dumps({"weight": torch.ones(3)}))


if __name__ == "__main__":
    main()
