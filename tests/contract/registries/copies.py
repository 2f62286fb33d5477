"""One copy from the development to the production registry, as the fault tests play it."""

from dataclasses import dataclass, field
from typing import Any

from promotion.adapters.azureml import AzureMLRegistries, MemoryReceipts, Receipts
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from tests.contract.registries.worlds import PROD, LocalWorld, model

#: Four files, as `copies` counts them by their last name.
FOUR = {f"part-{number}.bin": bytes([number]) * 300_000 for number in range(1, 5)}


@dataclass
class Copy:
    """A registered source, its approved manifest, its target, and the app's receipts."""

    world: LocalWorld
    files: dict[str, bytes] = field(default_factory=lambda: dict(FOUR))
    source: AssetRef = field(default_factory=model)
    receipts: Receipts = field(default_factory=MemoryReceipts)
    manifest: Manifest = field(init=False)

    def __post_init__(self) -> None:
        """Register the source and read its manifest."""
        self.world.register(self.description, self.files)
        self.manifest = self.world.registries.read_manifest(self.source)

    @property
    def description(self) -> AssetDescription:
        """What the source is registered with."""
        return AssetDescription(ref=self.source, type="custom_model")

    @property
    def target(self) -> AssetRef:
        """The version to come."""
        return self.source.moved(PROD)

    def worker(self, **settings: Any) -> AzureMLRegistries:  # noqa: ANN401 - fields of CopySettings
        """Return an adapter as a worker that was just started has it, with the app's receipts."""
        return self.world.adapter(receipts=self.receipts, **settings)

    def transfer(self, worker: AzureMLRegistries | None = None) -> Progress:
        """Transfer as far as one call gets."""
        return (worker or self.worker()).transfer(self.source, self.manifest, self.target)

    def create(self, worker: AzureMLRegistries | None = None) -> AssetDescription:
        """Create the version."""
        worker = worker or self.worker()
        return worker.create(self.description, self.manifest, self.target, {})

    def arrived(self) -> bool:
        """Whether the created version has exactly the approved files."""
        return self.world.content(self.target) == self.files
