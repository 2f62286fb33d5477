"""Benign models that are folders, and the files that were made once."""

import json
import zipfile
from collections.abc import Iterator
from typing import Final

import cloudpickle
from safetensors.numpy import save

from tests.corpus.benign.making import FILES, Sample, X, estimators

_MLMODEL: Final = """\
artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.13.0
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_uuid: 0d4e7c3f4c2f4a0aa4c7c1f3c0c1b111
signature:
  inputs: '[{"type": "double", "name": "distance", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
utc_time_created: '2026-01-02 03:04:05.678901'
"""

_ENVIRONMENT: Final = {
    "conda.yaml": b"channels:\n- conda-forge\ndependencies:\n- python=3.13.0\n- pip<=25.0\n- pip:\n  - mlflow==3.17.2\n  - scikit-learn==1.9.1\nname: mlflow-env\n",
    "python_env.yaml": b"python: 3.13.0\nbuild_dependencies:\n- pip==25.0\n- setuptools\n- wheel==0.45.1\ndependencies:\n- -r requirements.txt\n",
    "requirements.txt": b"# pinned\nmlflow==3.17.2\nscikit-learn==1.9.1 ; python_version >= '3.10'\nxgboost[cpu]>=2,<4\n",
}


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _folders()
    yield from _transformers()
    yield from _kept()


def _folders() -> Iterator[Sample]:
    model = {
        "MLmodel": _MLMODEL.encode(),
        "model.pkl": cloudpickle.dumps(estimators()["columns"]),
        **_ENVIRONMENT,
    }
    example = json.dumps({"columns": ["distance"], "data": [[1.5]]}).encode()
    yield Sample(
        "mlflow sklearn",
        {
            f"model/{name}": content
            for name, content in {**model, "input_example.json": example}.items()
        },
    )
    for name in ("exported", "module"):
        with zipfile.ZipFile(FILES / "keras" / f"{name}.zip") as archive:
            yield Sample(
                f"saved model, {name}",
                {f"m/{entry}": archive.read(entry) for entry in archive.namelist()},
            )


_CHAT: Final = (
    "{% set tools = tools or [] %}{%- if messages[0]['role'] == 'system' %}{{ messages[0]['content'] | trim + '\n\n' }}{%- endif %}"
    "{%- for message in messages | rejectattr('role', 'equalto', 'system') %}"
    "{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Turns must alternate.') }}{%- endif %}"
    "{{- '<|' ~ message['role'] ~ '|>' + message['content'].replace('</s>', '').split('</think>')[-1].lstrip() + eos_token }}"
    "{%- if message.tool_calls is defined %}{{ '[' + (message.tool_calls | map(attribute='function') | list | tojson) + ']' }}{%- endif %}"
    "{%- if loop.last or messages[loop.index0 + 1]['role'] != 'tool' %}{{ '\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{ '<|assistant|>{}' }}{%- endif %}"
)


def _transformers() -> Iterator[Sample]:
    """A folder as Hugging Face's libraries write it."""
    shards = {
        f"model-0000{number}-of-00002.safetensors": save({f"w{number}": X}) for number in (1, 2)
    }
    index = {
        "metadata": {"total_size": 2 * X.nbytes},
        "weight_map": {f"w{number}": name for number, name in enumerate(shards, 1)},
    }
    vocabulary = {
        word: number
        for number, word in enumerate(["<s>", "</s>", "#!", "__", "fare", "\u0120fare"])
    }
    texts = {
        "config.json": {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float32", "auto_map": None},
        "generation_config.json": {"do_sample": True, "temperature": 0.7},
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": _CHAT, "added_tokens_decoder": {"0": {"content": "<s>"}}},
        "tokenizer.json": {"version": "1.0", "post_processor": {"type": "TemplateProcessing", "single": []}, "model": {"type": "BPE", "vocab": vocabulary}},
        "vocab.json": vocabulary,
        "special_tokens_map.json": {"bos_token": "<s>"},
        "model.safetensors.index.json": index,
        "modules.json": [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}],
        "adapter_config.json": {"auto_mapping": {"base_model_class": "LlamaModel", "parent_library": "transformers.models.llama"}, "peft_type": "LORA"},
    }  # fmt: skip
    files = {name: json.dumps(value).encode() for name, value in texts.items()}
    files |= shards | {
        "merges.txt": b"#version: 0.2\nf a\nfa re\n",
        "vocab.txt": b"[PAD]\n#!\nfare\n",
    }
    card = b"---\nlicense: apache-2.0\n---\n# Fares\n<p align='center'>A model.</p>\n```python\nimport os\n```\n"
    files |= {"README.md": card, ".gitattributes": b"*.safetensors filter=lfs\n"}
    yield Sample("transformers folder", files)
    pictures = {
        "photograph.jpg": b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9",
        "curve.gif": b"GIF89a" + bytes(10) + b";",
    }
    yield Sample("pictures", pictures)
    config = b"defaults: [model]\ntrainer:\n  max_epochs: 3\nmodel: {name: net, layers: [1, 2]}\n"
    yield Sample("configuration without targets", {"config.yaml": config})


def _kept() -> Iterator[Sample]:
    for path in sorted(FILES.rglob("*")):
        if path.is_file():
            yield Sample(f"{path.parent.name}/{path.name}", {path.name: path.read_bytes()})
