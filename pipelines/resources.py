"""What Dagster hands to assets: the workspace, and finished artefacts as Dagster wants to see them.

Only paths and hashes pass between assets; Dagster stores what passes.
"""

import warnings
from pathlib import Path

import dagster as dg

from pipelines import settings
from pipelines.artefacts import Artefact


class Place(dg.ConfigurableResource[None]):
    """The workspace by its folder, which year its run revises, and which cohort it closes."""

    root: str
    revising: str = ""
    closing: str = ""

    def workspace(self) -> settings.Workspace:
        """The workspace with its configuration."""
        opened = settings.opened(Path(self.root))
        return opened.model_copy(update={"revising": self.revising, "closing": self.closing})


def told(artefact: Artefact) -> dg.Output[str]:
    """An artefact as the output of an asset: its folder, its content, whether it was skipped."""
    skipped = {"skipped": dg.MetadataValue.bool(artefact.skipped)}
    with warnings.catch_warnings():
        # Dagster marks data versions as beta; they are how it shows what a run left unchanged.
        warnings.simplefilter("ignore", dg.BetaWarning)
        version = dg.DataVersion(artefact.content)
        return dg.Output(str(artefact.path), data_version=version, metadata=skipped)


def instance(home: Path) -> dg.DagsterInstance:
    """Dagster's records in the folder ``home``, as its ``dagster.yaml`` says."""
    return dg.DagsterInstance.from_config(str(home))
