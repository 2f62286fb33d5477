"""What travels with a model and is code, leads to code, or tells a secret."""

import json
from collections.abc import Iterator

from tests.corpus.hostile.sample import SOMEWHERE, Sample, one

_ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
#: Shaped like credentials, made of nothing: they open nothing.
_KEY = b"-----BEGIN " + b"PRIVATE KEY-----\n" + b"A" * 64 + b"\n-----END " + b"PRIVATE KEY-----\n"
_SECRETS = {
    "storage account key": b"AccountKey=" + b"A" * 86 + b"==",
    "shared access signature": b"https://x.blob.core.windows.net/c?sv=2024&sig=" + b"A" * 43 + b"%3D",
    "AWS key": b"AKIA" + b"ABCDEFGHIJKLMNOP",
    "GitHub token": b"gh" + b"p_" + b"A" * 36,
    "Hugging Face token": b"h" + b"f_" + b"A" * 34,
    "client secret": b"abc8" + b"Q~" + b"A" * 34,
    "password in an address": b"https://user:" + b"hunter22" + b"@example.invalid/x",
    "Databricks token": b"dapi" + b"0" * 32,
    "signed token": b"eyJ" + b"A" * 20 + b".eyJ" + b"A" * 20 + b"." + b"A" * 30,
}  # fmt: skip


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _code()
    yield from _mlflow()
    yield from _dependencies()
    yield from _secrets()


def _code() -> Iterator[Sample]:
    for name, rule in {
        "code/model.py": "script", "run.sh": "script", "install.ps1": "script", "a.R": "script", "explore.ipynb": "notebook", "setup.py": "build-file",
        "pyproject.toml": "build-file", "Makefile": "build-file", "Dockerfile": "build-file", "lib.so": "native-code", "tool.exe": "native-code",
        "cached.pyc": "native-code", "pkg.whl": "native-code", "page.html": "active-content", "picture.svg": "active-content", "site.pth": "pickle-malformed",
    }.items():  # fmt: skip
        content = b'{"cells": [], "nbformat": 4}' if name.endswith("ipynb") else b"x = 1\n"
        yield one(f"file named {name}", name, content, rule, 0 if name.endswith(".pth") else None)
    yield one("program named .png", "picture.png", _ELF, "native-code", 0)
    yield one("program named .txt", "notes.txt", b"MZ" + bytes(62), "native-code", 0)
    yield one("script named .txt", "notes.txt", b"#!/bin/sh\necho hello\n", "script", 0)
    yield one("script of a relative program", "notes.txt", b"#!env python\n", "script", 0)
    yield one("page's script named .txt", "notes.txt", b"<?= 1 ?>", "script", 0)
    for name in (
        ".vscode/tasks.json",
        ".github/workflows/ci.json",
        "fares.dist-info/entry_points.txt",
    ):
        yield one(f"file named {name}", name, b'{"a": 1}', "build-file")
    yield one("page named .md", "notes.md", b"<html><script>1</script></html>", "active-content", 0)
    notebook = json.dumps(
        {"cells": [{"cell_type": "code", "source": ["1"]}], "nbformat": 4}
    ).encode()
    yield one("notebook named .json", "notes.json", notebook, "notebook", 0)
    yield one(
        "Python's bytecode named .bin", "weights.bin", b"\xf3\r\r\n" + bytes(12), "native-code", 0
    )
    yield one(
        "XML with entities",
        "m.pmml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x/>',
        "active-content",
        21,
    )


def _mlmodel(**flavour: object) -> bytes:
    fields = {"loader_module": "mlflow.sklearn", **flavour}
    lines = "".join(f"    {key}: {value}\n" for key, value in fields.items())
    return (
        f"flavors:\n  python_function:\n{lines}  sklearn:\n    pickled_model: model.pkl\n".encode()
    )


def _mlflow() -> Iterator[Sample]:
    for name, content, rule in (
        ("loader of its own", _mlmodel(loader_module="fares.loader"), "mlflow-loader"),
        (
            "class of its own",
            _mlmodel(loader_module="mlflow.pyfunc.model", python_model="python_model.pkl"),
            "mlflow-loader",
        ),
        ("code beside the model", _mlmodel(code="code"), "mlflow-code"),
        ("model as code", _mlmodel(model_code_path="model.py"), "mlflow-code"),
        ("unknown flavour", b"flavors:\n  fares:\n    data: x\n", "mlflow-loader"),
        ("data outside of the model", _mlmodel(data="../../other"), "archive-path"),
        ("no flavour", b"artifact_path: model\n", "unreadable"),
        (
            "YAML that makes objects",
            b"flavors: !!python/object/apply:os.getcwd []\n",
            "active-content",
        ),
    ):
        yield one(
            f"mlflow: {name}",
            "model/MLmodel",
            content,
            rule,
            9 if rule == "active-content" else None,
        )
    as_json = b'{"flavors": {"python_function": {"loader_module": "fares.loader"}}}'
    yield one("mlflow: MLmodel written as JSON", "MLmodel", as_json, "mlflow-loader", None)
    yield one(
        "mlflow: module of torch's pickles",
        "data/pickle_module_info.txt",
        b"fares.pickling",
        "mlflow-loader",
        None,
    )
    yield one("mlflow: too much YAML", "MLmodel", b"[" * 200, "too-much-work", None)


def _dependencies() -> Iterator[Sample]:
    for line, rule in (
        ("--index-url https://packages.example.invalid/simple", "dependency-source"),
        ("--extra-index-url=https://packages.example.invalid/simple", "dependency-source"),
        ("-i https://packages.example.invalid/simple", "dependency-source"),
        ("--extra-index https://packages.example.invalid/simple", "dependency-source"),
        ("--find-links https://example.invalid/wheels", "dependency-source"),
        ("-f ./wheels", "dependency-source"),
        ("--trusted-host example.invalid", "dependency-source"),
        ("-e git+https://example.invalid/fares.git#egg=fares", "dependency-source"),
        ("git+ssh://git@example.invalid/fares.git", "dependency-source"),
        ("fares @ https://example.invalid/fares.zip", "dependency-source"),
        ("fares@file:///tmp/fares", "dependency-source"),
        ("./fares", "dependency-source"),
        ("fares-1.0-py3-none-any.whl", "dependency-source"),
        ("-r https://example.invalid/requirements.txt", "dependency-source"),
        ("-c ../constraints.txt", "dependency-source"),
        ("fares==1.0 --global-option=--x", "dependency-option"),
        ("--no-binary :all:", "dependency-option"),
        ("--index\\\n-url https://packages.example.invalid/simple", "dependency-source"),
        ("fares==${VERSION}", "dependency-unreadable"),
        ("fares = 1", "dependency-unreadable"),
    ):
        content = b"numpy==2.0\n" + line.encode() + b"\n"
        yield one(f"requirement {line!r}", "requirements.txt", content, rule, 11)
    yield one(
        "requirements under another name",
        "deps.txt",
        b"numpy\n--extra-index-url https://example.invalid/simple\n",
        "dependency-source",
        6,
    )
    yield one(
        "requirements in another encoding",
        "requirements.txt",
        b"# -*- coding: utf-7 -*-\nnumpy\n",
        "dependency-unreadable",
        0,
    )
    channels = b'{"channels": ["https://example.invalid/c"], "dependencies": ["numpy"]}'
    yield one("conda: written as JSON", "conda.yaml", channels, "dependency-source", None)
    repository = b"numpy\ngit+https://example.invalid/fares.git\n"
    padded = b"# " + b"a" * 300_000 + b"\n"
    late = padded + b"--extra-index-url https://example.invalid/simple\n"
    yield one("requirements behind a long line", "deps.txt", late, "dependency-source", len(padded))
    yield one("repository under another name", "deps.txt", repository, "dependency-source", 6)
    for name, text in {
        "channel by address": "channels: [https://example.invalid/channel]\ndependencies: [python=3.13]\n",
        "unknown channel": "channels: [somebody]\ndependencies: [python=3.13]\n",
        "channel of a package": "channels: [conda-forge]\ndependencies: ['somebody::numpy']\n",
        "package by address": "channels: [conda-forge]\ndependencies: ['https://example.invalid/x.conda']\n",
        "index for pip": "channels: [conda-forge]\ndependencies: [pip, {pip: ['--index-url https://example.invalid/simple', numpy]}]\n",
        "index for pip, spelled by escapes": 'channels: [conda-forge]\ndependencies: [pip, {pip: ["\\x2d-index-url https://example.invalid/simple"]}]\n',
        "repository for pip": "channels: [conda-forge]\ndependencies: [pip, {pip: ['git+https://example.invalid/x.git']}]\n",
    }.items():  # fmt: skip
        yield one(f"conda: {name}", "conda.yaml", text.encode(), "dependency-source", None)
    variables = b"channels: [conda-forge]\ndependencies: [numpy]\nvariables: {PIP_INDEX_URL: x}\n"
    yield one("conda: environment variables", "conda.yaml", variables, "dependency-option", None)
    environment = b"python: 3.13.0\ndependencies:\n- -i https://example.invalid/simple\n"
    yield one("python_env: index", "python_env.yaml", environment, "dependency-source", None)
    project = b'[tool.uv]\nextra-index-url = ["https://example.invalid/simple"]\n'
    yield one("project: index", "pyproject.toml", project, "dependency-source", None)
    pipfile = (
        b'[[source]]\nurl = "https://example.invalid/simple"\nname = "x"\nverify_ssl = false\n'
    )
    yield one("Pipfile: index", "Pipfile", pipfile, "dependency-source", None)
    legacy = b"[options]\ninstall_requires =\n  fares @ https://example.invalid/fares.zip\n"
    yield one("setup.cfg: address", "setup.cfg", legacy, "dependency-source", None)


def _secrets() -> Iterator[Sample]:
    for name, secret in _SECRETS.items():
        content = b"note,value\nx," + secret + b"\n"
        yield Sample(f"credential: {name}", {"notes.csv": content}, "credential", offset=SOMEWHERE)
    yield one("credential: private key", "notes.txt", _KEY, "credential", 0)
    setting = json.dumps(
        {"connection": "DefaultEndpointsProtocol=https;" + _SECRETS["storage account key"].decode()}
    ).encode()
    yield one("credential in JSON", "config.json", setting, "credential", SOMEWHERE)
    text = _SECRETS["GitHub token"]
    pickled = b"\x80\x04\x8c" + bytes((len(text),)) + text + b"."
    yield one("credential in a pickle", "model.pkl", pickled, "credential", 2)
    for name in (
        ".env",
        "id_rsa",
        "server.pem",
        "local.settings.json",
        ".netrc",
        "secrets.toml",
        ".docker/config.json",
    ):
        yield one(f"file named {name}", name, b"{}\n", "credential-file", None)
