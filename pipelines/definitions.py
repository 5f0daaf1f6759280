"""What Dagster loads: the assets, their checks, and the workspace of the environment."""

import dagster as dg

from pipelines import settings
from pipelines.assets import LINE
from pipelines.checks import CHECKS
from pipelines.resources import Place

settings.quiet()
settings.private()
JOB = dg.define_asset_job("line", selection=dg.AssetSelection.all())


def of(place: Place) -> dg.Definitions:
    """The line over a workspace."""
    return dg.Definitions(assets=LINE, asset_checks=CHECKS, jobs=[JOB], resources={"place": place})


defs = of(Place(root=str(settings.chosen(None))))
