"""The local report: what leaves the country in a package, and what does not."""

from pipelines.packages import Manifest
from pipelines.sealing import Job


def page(manifest: Manifest, digest: str, job: Job) -> str:
    """The report of a package."""
    return f"{manifest.package} {digest} {job.language}"
