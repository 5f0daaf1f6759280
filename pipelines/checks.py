"""Great Expectations decides: a blocking check on the safe rows of every dataset.

It repeats the rules of the contract by other code than the one that enforced them in the sealed
child, and stops the run where only it finds a rule broken.
"""

import json
from functools import partial
from pathlib import Path

import dagster as dg

from data_contracts.model import Contract
from pipelines import steps
from pipelines.artefacts import once
from pipelines.assets import CONTRACTS, contents
from pipelines.resources import Place


def second_opinion(contract: Contract) -> dg.AssetChecksDefinition:
    """The check of one dataset; its metadata name columns and rules, nothing of a row."""

    @dg.asset_check(asset=f"safe_{contract.name}", name="great_expectations", blocking=True)
    def judged(place: Place, safe: str) -> dg.AssetCheckResult:
        workspace = place.workspace()
        make = partial(steps.judge, workspace, contract, Path(safe))
        made = once(workspace, f"checked_{contract.name}", contents(safe=safe), make)
        found = json.loads((made.path / steps.BROKEN).read_text(encoding="utf-8"))
        rules = [f"{column}: {rule}" for column, rule in found]
        return dg.AssetCheckResult(passed=not found, metadata={"broken": rules})

    return judged


CHECKS = [second_opinion(contract) for contract in CONTRACTS.values()]
