"""What a copy may cost: memory measured in a process of its own, requests and threads counted."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from tests.contract.azureml.local_service import LocalService
from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite

MIB = 1024 * 1024
LARGE = 96 * MIB

CHILD = """
import json, sys, threading
import msgspec, psutil
from promotion.adapters.azureml import AzureMLRegistries, CloudSettings
from promotion.domain.assets import parse_asset_id
from promotion.domain.manifest import Manifest
from sandbox import resolver
from sandbox.azureml.client import SandboxCredential
from sandbox.config import Config
from sandbox.people import APP
from tests.contract.registries.worlds import PROD

resolver.install()
given = json.load(sys.stdin)
config = msgspec.convert(given["config"], Config)
manifest = msgspec.convert(given["manifest"], Manifest)
source = parse_asset_id(given["source"])
cloud = CloudSettings.of("sandbox", config.cloud_metadata)
adapter = AzureMLRegistries(SandboxCredential(config, APP), cloud)
small = parse_asset_id(given["small"])
adapter.read_manifest(small)
process = psutil.Process()
before = peak = process.memory_info().rss
stop = threading.Event()

def watch():
    global peak
    while not stop.wait(0.005):
        peak = max(peak, process.memory_info().rss)

watcher = threading.Thread(target=watch)
watcher.start()
done = ""
if given["what"] == "read":
    done = adapter.read_manifest(source).digest
else:
    target = source.moved(PROD, version=given["what"])
    while not adapter.transfer(source, manifest, target).complete:
        pass
    done = manifest.digest
stop.set()
watcher.join()
print(json.dumps({"digest": done, "growth": peak - before}))
"""


def grown(copy: Copy, small: Copy, what: str) -> int:
    """Return by how many bytes a process grew that read or copied, as far as it grew at all."""
    given = {
        "what": what,
        "config": msgspec.to_builtins(copy.world.config),
        "manifest": msgspec.to_builtins(copy.manifest),
        "source": copy.source.id,
        "small": small.source.id,
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["digest"] == copy.manifest.digest
    return int(answer["growth"])


@pytest.fixture
def small(local: LocalWorld) -> Copy:
    """A copy that warms a process up."""
    return Copy(local)


@pytest.fixture(scope="session")
def large(cloud: LocalService) -> Iterator[Copy]:
    """A copy of one file that is larger than all buffers together."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REQUESTS_CA_BUNDLE", str(cloud.config.ca_bundle))
        world = LocalWorld(cloud.config)
        copy = Copy(world, files={"large.bin": bytes(range(256)) * (LARGE // 256)})
    yield copy
    world.close()


def test_reading_a_large_file_takes_little_memory(large: Copy, small: Copy) -> None:
    assert grown(large, small, "read") < 64 * MIB


def test_carrying_a_large_file_takes_little_memory(large: Copy, small: Copy, front: Front) -> None:
    front.plan(method="PUT", copying=True, times=999, status=403)

    assert grown(large, small, "carry") < 48 * MIB

    assert front.content_bytes >= 2 * LARGE


def test_copying_a_large_file_takes_next_to_no_memory(
    large: Copy, small: Copy, front: Front
) -> None:
    front.reset()

    assert grown(large, small, "copy") < 24 * MIB

    read = sum(file.size for file in small.manifest.files)
    assert front.content_bytes == read


def test_many_small_files_take_one_request_each(local: LocalWorld, front: Front) -> None:
    files = {f"folder {n % 7}/file-{n}.txt": f"{n}".encode() * 100 for n in range(1, 49)}
    copy = Copy(local, files=files)
    front.reset()

    local.registries.read_manifest(copy.source)
    read = [each for each in front.seen if each.method == "GET" and not each.is_listing]
    assert copy.transfer().complete
    copy.create()

    assert len(read) == len(front.copies) == 48
    assert len([each for each in front.seen if each.is_listing]) <= 8
    assert all("maxresults=500" in each.query for each in front.seen if each.is_listing)
    assert copy.arrived()


def test_logs_tell_no_signature_and_no_token(
    local: LocalWorld, front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    copy = Copy(local)
    front.plan(method="PUT", query="^(?!.*comp=)", copying=True, times=99, status=403)

    assert copy.transfer().complete
    copy.create()

    told = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "storage refuses this way of copying" in told
    signatures = [each for each in told.split("sig=")[1:] if not each.startswith("REDACTED")]
    assert signatures == []
    assert "eyJ" not in told
