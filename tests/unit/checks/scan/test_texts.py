"""Ordinary dependency files, templates and texts pass; shapes of credentials are found in bounded time."""

import time

import pytest

from promotion.checks.scan import ScanPolicy, Severity
from tests.corpus.benign import gguf
from tests.corpus.readers import scan

_REQUIREMENTS = """\
# made by pip-compile
numpy==2.1.0 \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 \\
    --hash=sha256:1111111111111111111111111111111111111111111111111111111111111111
scikit-learn >=1.2, <2 ; python_version >= "3.10" and platform_system == 'Linux'  # a comment
xgboost[dask,plotting]~=2.1
torch==2.5.1+cpu
pandas!=2.0.*
uvicorn[standard] (>=0.2)
Pillow
zope.interface===5.0
--only-binary :all:
--require-hashes
-r more-requirements.txt
-c constraints.txt
-i https://pypi.org/simple
"""


def _rules(name: str, content: bytes, **others: bytes) -> list[str]:
    return [finding.rule for finding in scan({name: content, **others}).findings]


def test_plain_requirements_pass() -> None:
    files = {
        "requirements.txt": _REQUIREMENTS.encode(),
        "more-requirements.txt": b"wheel\n",
        "constraints.txt": b"numpy<3\n",
    }

    assert scan(files).findings == ()


def test_an_option_with_a_quote_that_never_ends_is_refused() -> None:
    assert _rules("requirements.txt", b'--index-url "https://fares.example.invalid\n') == [
        "dependency-unreadable"
    ]


def test_requirements_that_are_not_there_are_named() -> None:
    assert _rules("requirements.txt", b"-r more-requirements.txt\n") == ["dependency-source"]


def test_a_model_in_xml_without_active_parts_passes() -> None:
    assert _rules("fare.pmml", b'<?xml version="1.0"?><PMML version="4.4"/>') == []


@pytest.mark.parametrize(
    "text",
    [
        "name: e\nchannels: [conda-forge, defaults, nodefaults]\ndependencies:\n- python=3.13\n- numpy>=1.2,<3\n- pytorch=2.5=py3.12_cpu_0\n- conda-forge::scipy\n",
        "dependencies:\n- python=3.12.*\n- pip\n- pip:\n  - mlflow==3.1\n  - -r requirements.txt\n",
        "dependencies:\n- python=3.13\n- pip:\n",
        "python: 3.13.1\nbuild_dependencies: [pip==25.0, setuptools, wheel]\ndependencies: [-r requirements.txt]\n",
    ],
)  # fmt: skip
def test_plain_environments_pass(text: str) -> None:
    assert _rules("conda.yaml", text.encode(), **{"requirements.txt": b"numpy\n"}) == []


def test_an_allowed_kind_of_project_file_is_still_a_build_file() -> None:
    project = b'[project]\nname = "x"\ndependencies = ["numpy>=2"]\n[project.urls]\nurl = "https://example.invalid"\n'

    assert _rules("pyproject.toml", project) == ["build-file"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("pyproject.toml", b"# " + b"x" * 300_000, "too-much-work"),
        ("pyproject.toml", b"[project\n", "unreadable"),
        ("setup.cfg", b"# " + b"x" * 300_000 + b"\n[easy_install]\nindex_url = https://fares.example.invalid\n", "too-much-work"),
        ("setup.cfg", b"no section\n", "unreadable"),
    ],
)  # fmt: skip
def test_a_project_file_that_cannot_be_judged_is_refused_even_where_it_is_allowed(
    name: str, content: bytes, rule: str
) -> None:
    policy = ScanPolicy(allowed_files=frozenset({name}))

    blocking = [
        finding.rule
        for finding in scan({name: content}, policy).findings
        if finding.severity is Severity.BLOCK
    ]

    assert blocking == [rule]


@pytest.mark.parametrize(
    "template",
    [
        "{{ bos }}{% for m in messages %}{% if m['role'] == 'user' %}[IN]{{ m['content'] | trim }}[/IN]{% else %}{{ m.content }}{% endif %}{% endfor %}",
        "{%- set ns = namespace(found=false) -%}{%- for m in messages[1:] -%}{%- if loop.index0 % 2 -%}{%- set ns.found = true -%}{%- endif -%}{%- endfor -%}",
        "{%- macro tool(t) -%}{{ t.name }}({{ t.arguments | tojson(indent=2) }})\\n{%- endmacro -%}{{ tool(tools[0]) }}{{ raise_exception('no tools') }}",
        "{{ '<|start|>' + message['role'] + '\\n\\n' + message['content'] | replace('\\t', ' ') + '<|end|>' }}{{ messages | length }} {{ date_string }}",
        "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}plain text with __underscores__ outside",
    ],
)  # fmt: skip
def test_templates_that_format_messages_pass(template: str) -> None:
    assert scan({"m.gguf": gguf(template=template)}).findings == ()
    assert scan({"chat_template.jinja": template.encode()}).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "The class sk-learn and hf_transfer are libraries; see https://user@example.invalid/x.",
        "AKIA is the prefix. ghp_ is another. AccountKey=... and sig=...",
        "uuid 0d4e7c3f-4c2f-4a0a-a4c7-c1f3c0c1b111, digest sha256:" + "a" * 64,
        "time 12:30:45@host mail@example.invalid postgresql://localhost/x",
        "dapibus ac facilisis in, egestas eget quam",
    ],
)
def test_texts_that_only_talk_of_credentials_pass(text: str) -> None:
    assert scan({"README.md": text.encode()}).findings == ()


@pytest.mark.parametrize(
    "piece",
    [b"AKIA", b"-----BEGIN ", b"eyJa.", b"sig=", b"https://a:", b"ghp_", b"sk-", b"Q~", b"server=a;", b"hf_", b"a" * 60 + b"AZDO", b"SG.a."],
)  # fmt: skip
def test_looking_for_credentials_takes_time_that_grows_with_the_text_alone(piece: bytes) -> None:
    text = piece * ((1 << 20) // len(piece))

    started = time.process_time()
    scan({"notes.txt": text})

    assert time.process_time() - started < 3


def test_a_credential_across_two_chunks_is_found_once() -> None:
    token = b"gh" + b"p_" + b"A" * 36
    text = b"x" * (256 * 1024 - 10) + b" " + token + b"\n" + b"y" * 1000

    findings = scan({"notes.txt": text}).findings

    assert [(finding.rule, finding.offset) for finding in findings] == [
        ("credential", text.index(token))
    ]
    assert token.decode() not in str(findings)
