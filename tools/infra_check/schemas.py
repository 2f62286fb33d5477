"""Azure's official schemas of resource types, read from `msmcp-azure` when needed and kept in `build/`.

One `azmcp` process answers for all types that are missing (about half a second each, once per version
of the package). For some types it knows the newest API version and no body; `more_schemas.yaml` states
what this repository needs of those. Knows no template.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import yaml

_PACKAGE: Final = "msmcp-azure"
_MORE: Final = Path(__file__).parent / "more_schemas.yaml"
_ENVIRONMENT: Final = {
    "AZURE_MCP_COLLECT_TELEMETRY": "false",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
}
_PROTOCOL: Final = "2024-11-05"
_PATIENCE: Final = 30


class SchemaError(Exception):
    """Schemas cannot be read, or there is no such type."""


@dataclass(frozen=True, eq=False)
class Schema:
    """One resource type: its newest version, its body and the types that it uses."""

    type: str
    version: str
    body: dict[str, Any]
    definitions: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Schemas:
    """The schemas below one folder; what is missing is fetched by `load`."""

    cache: Path

    def load(self, types: Iterable[str]) -> dict[str, Schema]:
        """Return the schemas of types, those there are.

        Raises:
            SchemaError: `azmcp` is not installed or does not answer.
        """
        wanted = sorted(set(types))
        missing = [each for each in wanted if not self._file(each).exists()]
        for name, answer in _ask(missing) if missing else ():
            self._file(name).parent.mkdir(parents=True, exist_ok=True)
            self._file(name).write_text(answer)
        found = ((each, _read(self._file(each), each)) for each in wanted)
        return {name: schema for name, schema in found if schema}

    @cached_property
    def _folder(self) -> Path:
        return self.cache / metadata.version(_PACKAGE)

    def _file(self, resource_type: str) -> Path:
        return self._folder / (resource_type.replace("/", "__") + ".json")


@lru_cache(maxsize=256)
def _read(file: Path, resource_type: str) -> Schema | None:
    more = _more().get(resource_type)
    if more:
        return Schema(resource_type, more["version"], more["body"], more.get("types", {}))
    results = json.loads(file.read_text()).get("results") or {}
    entries = results.get("BicepSchemaResult", [])
    kept = [each for each in entries if each["$type"] in {"Object", "DiscriminatedObject"}]
    definitions = {each["name"]: each for each in kept}
    for each in entries:
        name, _, version = each["name"].partition("@")
        if each["$type"] == "Resource" and name.lower() == resource_type.lower():
            return Schema(name, version, each["bodyType"], definitions)
    return None


@lru_cache(maxsize=1)
def _more() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_MORE.read_text())
    return loaded


def _ask(types: list[str]) -> Iterator[tuple[str, str]]:
    command = ["azmcp", "server", "start", "--mode", "all", "--namespace", "bicepschema"]
    environment = {**os.environ, **_ENVIRONMENT}
    environment["PATH"] = f"{Path('.venv/bin').resolve()}{os.pathsep}{environment.get('PATH', '')}"
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
    except OSError as error:
        raise SchemaError(f"azmcp cannot be started ({error}): run `make setup`.") from error
    with process:
        try:
            yield from _Conversation(process).schemas(types)
        finally:
            process.stdin.close() if process.stdin else None
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


class _Conversation:
    """JSON-RPC over a process's standard streams, as the Model Context Protocol has it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._number = 0

    def schemas(self, types: list[str]) -> Iterator[tuple[str, str]]:
        client = {"name": "infra-check", "version": "1"}
        self._call(
            "initialize",
            {"protocolVersion": _PROTOCOL, "capabilities": {}, "clientInfo": client},
        )
        self._send({"method": "notifications/initialized", "params": {}})
        for each in types:
            asked = {"name": "bicepschema_get", "arguments": {"resource-type": each}}
            content = self._call("tools/call", asked)["content"]
            yield each, content[0]["text"]

    def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        for line in self._process.stdout or ():
            answer = json.loads(line)
            if answer.get("id") == self._number:
                result: dict[str, Any] | None = answer.get("result")
                if result is None:
                    raise SchemaError(f"azmcp refused {method}: {answer.get('error')}")
                return result
        raise SchemaError(f"azmcp ended before it answered {method}.")

    def _send(self, message: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise SchemaError("azmcp takes no input.")
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._process.stdin.flush()
