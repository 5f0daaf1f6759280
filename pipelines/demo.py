"""The whole line on real and on invented submissions, to published releases.

Two workspaces, because invented people are never mixed with real ones: ``open`` republishes what
is public, ``invented`` shows what a region does with records in confidence. The invented files
lie beside the workspaces: they stand for what agencies have on their own machines. One country,
``elmoria``, has a node of its own and seals what it sends; the others let the region strip theirs.
"""

import datetime as dt
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from data_contracts import load
from data_contracts.periods import quarters
from pipelines import (
    admission,
    cards,
    children,
    inbox,
    keystore,
    microdata,
    nodes,
    receiving,
    recovery,
    releases,
    reviewers,
    reviews,
    sealing,
    settings,
    speakers,
    submissions,
    takings,
)
from pipelines.errors import OUR_FAULT, Refusal
from pipelines.progress import say
from pipelines.run import run
from pipelines.settings import Configuration, Workspace

SAMPLES = Path(__file__).parent.parent / "sources" / "samples"
REVIEWERS = ("invented:Reviewer Aster", "invented:Reviewer Birch")
OPEN = Configuration(title="Public sources on trafficking in persons", mode="open")
INVENTED = Configuration(
    title="Invented region",
    mode="demo",
    reviewers=REVIEWERS,
    raw_files=("XAA", "XAB", "XAC", "XAD"),
)
# Attacking what is published takes most of the time, and grows with every period.
YEAR = quarters("2025")
ELMORIA = Configuration(title="Elmoria", mode="demo", role="national", country="XAE")


class Files(NamedTuple):
    """One submission of the demo."""

    layout: str
    country: str | None
    period: str | None
    files: tuple[Path, ...]


# Kazakhstan's table is not among them: its unit contradicts its values, so it would be refused.
TABLES = {
    "sdg_16_2_2_gbr": "sdg_16_2_2/GBR_indicator_16-2-2.csv",
    "sdg_16_2_2_mda": "sdg_16_2_2/MDA_indicator_16-2-2.csv",
    "sdg_16_2_2_jam": "sdg_16_2_2/JAM_indicator_16-2-2.csv",
    "sdg_16_2_2_can": "sdg_16_2_2/CAN_indicator_16-2-2.csv",
    "sdg_16_2_2_esp_istac": "sdg_16_2_2/ESP_ISTAC_indicator_16-2-2_serie_A.csv",
    "sdg_16_2_2_ukr": "sdg_16_2_2/UKR_indicator_16-2-2.csv",
    "statcan_trafficking": "statcan/trafficking_data.csv",
    "us_tip_tiers": "us_tip_report/tip_tiers_1999_onwards.csv",
    "us_3p_index": "us_tip_report/policy_index_3p.csv",
}


def real() -> list[Files]:
    """The bundled samples: four quarters of a register, and tables that offices publish."""
    register = SAMPLES / "argentina_linea145"
    quarters = [
        Files(
            "argentina_linea145", "ARG", f"2020-Q{q}", tuple(sorted(register.glob(f"2020Q{q}_*")))
        )
        for q in range(1, 5)
    ]
    glotip = SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"
    population = SAMPLES / "population" / "world_bank_population_total.csv"
    return [
        *quarters,
        Files("unodc_glotip", None, None, (glotip,)),
        Files("world_bank_population", None, None, (population,)),
        *(Files(layout, None, None, (SAMPLES / file,)) for layout, file in TABLES.items()),
    ]


def invented(folder: Path, size: int) -> list[Files]:
    """Files of five invented countries and eight agencies, of a year and what one began before."""
    from sources import synthetic

    region = synthetic.write(folder, size=size, quarters=len(YEAR), first=YEAR[0])
    return [Files(s.layout, s.country, s.period, s.files) for s in region.submissions]


def opened(root: Path, configuration: Configuration) -> Workspace:
    """The demo's workspace; the one of an earlier demo is gone on with."""
    if (root / settings.FILE).exists():
        return settings.opened(root)
    return nodes.regional(root, configuration).workspace


def ministry(root: Path, region: Workspace) -> Workspace:
    """The node of the country that seals what it sends, welcome at the region."""
    if (root / settings.FILE).exists():
        return settings.opened(root)
    made = nodes.national(root, ELMORIA, region[nodes.CARD]).workspace
    # The countries whose files the region strips share their linking key: it travels sealed.
    handed = root / "linking.age"
    recovery.hand(region, handed, (made["keys"] / "intake.pub").read_text(encoding="utf-8"), "")
    recovery.take_over(made, recovery.opened(handed, made["keys"] / "intake.key", ""))
    cards.welcome(region, nodes.introduced(made).card)
    return made


class Refused(Refusal):
    """A bundled or invented file was refused, which only a change of the code can bring about."""

    exit_code = OUR_FAULT


def send(workspace: Workspace, files: Sequence[Files]) -> None:
    """Submit, in order, everything that an earlier demo did not send."""
    there = {(r.layout, r.period, r.sha256) for r in inbox.received(workspace)}
    new = [one for one in files if _sent_as(one) not in there]
    say(f"Sending {len(new)} submissions to the workspace {workspace.root.name}")
    with children.in_a_row():
        for one in new:
            now = dt.datetime.now(dt.UTC)
            _, found = submissions.submit(
                workspace, one.files, one.layout, one.period, one.country, now
            )
            if found.verdict == "faults":
                raise Refused(f"The demo's own files of {one.layout} were refused: check them.")


def deliver(ministry: Workspace, region: Workspace, files: Sequence[Files]) -> None:
    """Send lists to their own ministry, which seals them, a package a period, for the region."""
    send(ministry, files)
    there = {one.sha256 for one in receiving.deliveries(region)}
    for period in sorted({str(one.period) for one in files}):
        package = ministry[f"{period}.tip"]
        if package.exists() and inbox.digests([package])[0] in there:
            continue
        package.unlink(missing_ok=True)
        page = ministry[f"{period}.html"]
        page.unlink(missing_ok=True)
        say(f"Sealing {period} of {ministry.configuration.title} into {_near(package)}")
        sealing.seal(ministry, sealing.received(ministry, period), package, page, "en")
        _, _, found = receiving.receive(region, package, dt.datetime.now(dt.UTC))
        if found.verdict == "faults":
            raise Refused(f"The demo's own package of {period} was refused: check it.")


def _sent_as(one: Files) -> tuple[str, str | None, str]:
    """The layout, period and fingerprint under which files lie in an inbox."""
    period = admission.calendar_period(load.layout(one.layout), one.period)
    return one.layout, period, inbox.fingerprint(inbox.digests(one.files))


def approve(workspace: Workspace, name: str, keys: Path) -> None:
    """Invented reviewers approve a candidate, with keys below ``keys``; none where none is named.

    Real reviewers look first. These stand for them, as the invented files stand for agencies.
    """
    now, said = dt.datetime.now(dt.UTC), workspace.configuration
    folder = releases.candidate(workspace.root, name)
    for number, reviewer in enumerate(said.reviewers, 1):
        key, card = keys / f"{number}.pem", keys / f"{number}.json"
        reviewers.make(reviewer, key, card)
        reviewers.welcome(workspace, card, now)
        own, by = reviews.fingerprint(folder), reviews.signer(key)
        named = said.reviewers
        reviews.decide(workspace.root, folder, own, "approve", None, by, now, said.author, named)


def release(workspace: Workspace, keys: Path) -> str:
    """Run the line and publish the newest candidate; the last release where nothing is new."""
    run(workspace)
    newest = releases.listed(workspace.root)[-1]
    name = str(newest["release"])
    if newest["state"] == "candidate":
        say(f"Publishing {name}")
        approve(workspace, name, keys)
        key = keystore.signing_key(workspace)
        named = workspace.configuration.reviewers
        releases.publish(workspace.root, name, dt.datetime.now(dt.UTC), key, named)
        submissions.destroy(workspace, speakers.frozen(workspace))
    return name


def told(workspace: Workspace, name: str) -> dict[str, Any]:
    """What the closing table says of a release."""
    folder = releases.found(workspace.root, name)
    tables = releases.shown(folder)["tables"]
    sent = submissions.accepted(workspace)
    verdicts = [takings.verdict(workspace, one.submission) for one in sent]
    periods = sorted(p for one in sent for p in one.periods if "-Q" in p)
    return {
        "release": name,
        "sources": len({one.layout for one in sent}),
        "countries": len(releases.shown(folder)["countries"]),
        "quarters": f"{periods[0]} to {periods[-1]}",
        "rows_read": sum(v.rows_read for v in verdicts if v),
        "rows_kept": sum(v.rows_kept for v in verdicts if v),
        "cells_hidden_by_us": _hidden(tables, "persons"),
        "cells_hidden_by_publishers": _hidden(tables, "published"),
        "microdata": microdata.outcome(workspace, dt.datetime.now(dt.UTC)),
        "folder": _near(folder),
    }


def _hidden(tables: dict[str, Any], kind: str) -> int:
    return sum(table["hidden"] for table in tables.values() if table["kind"] == kind)


def _near(path: Path) -> str:
    """A path as short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def demo(into: Path, size: int) -> dict[str, Any]:
    """Make both workspaces below ``into`` and publish a release in each."""
    began = time.monotonic()
    public = opened(into / "open", OPEN)
    send(public, real())
    say("Writing the files of an invented region")
    files = invented(into / "invented_files", size)
    region = opened(into / "invented", INVENTED)
    elmoria = ministry(into / "elmoria", region)
    sealed = [one for one in files if one.country == ELMORIA.country]
    raw = [one for one in files if one.country != ELMORIA.country]
    keys = into / "invented_reviewers"
    # Sending waits for sealed children most of the time, so another core can count meanwhile.
    with ThreadPoolExecutor(1) as aside:
        sending = aside.submit(send, region, raw)
        first = release(public, keys)
        sending.result()
    deliver(elmoria, region, sealed)
    second = release(region, keys)
    command = _near(Path(sys.executable).parent / "tipstat")
    return {
        "releases": [told(public, first), told(region, second)],
        "explorer": f"{command} explorer --workspace {_near(into.resolve())}",
        "seconds": round(time.monotonic() - began, 1),
    }
