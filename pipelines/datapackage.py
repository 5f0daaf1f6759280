"""What a release says about itself: ``datapackage.json`` for machines, ``README.md`` for people.

``datapackage.json`` follows the Data Package standard, version 2: every data file with its path,
size, checksum and columns.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from data_contracts.microdata import Microdata
from data_contracts.model import Table
from pipelines import beside
from pipelines.frames import FLAGS, INDICATOR_KEY, MEASURES, WITHIN, domains, key
from pipelines.signing import CHECKSUMS, PUBLIC, SIGNATURE, sha256

Manifest = Mapping[str, Any]
README = Path(__file__).with_name("release.md")
PROFILE = "https://datapackage.org/profiles/2.0"
INVENTED = "invented data"
MEANING = {
    "country": "ISO 3166-1 alpha-3; _T is the region.",
    "period": "A year (2025), a quarter (2025-Q1), a year to date (2025-P6M, 2025-P9M), or several "
    "years (2023-P3Y).",
    "unit": "What is counted; units are never added together.",
    "value": "The number; empty when it is hidden or missing, which is not zero.",
    "lower": "The true number is not below this.",
    "upper": "The true number is not above this; empty when nothing is said.",
    "obs_status": "A normal, Q hidden, O not available, M not applicable, P provisional, "
    "B break, E estimated, R revised.",
    "conf_status": "C confidential, F free.",
    "source": "Who reported the number; see sources.",
    "within": "Of a hidden number: what is coarser in the smallest shown number that contains it, "
    "and the table, if it stands in another.",
}
BESIDE_TITLES = {
    "flags": "Where numbers are not comparable, and why",
    "conformance": "How much of what each source sent other standards can say, in per cent",
    "observations": "One figure where several sources report it: the one that is taken",
    "differences": "What other sources say of the same figure",
    "mirror": "What both ends of a flow of victims report of it",
}
SYNTHETIC = "Synthetic rows: none is of a person"
MODES = {
    "open": "From numbers and records that are already public.",
    "demo": "A demonstration.",
    "closed": "From records received in confidence; only protected numbers are published.",
}


def descriptor(
    manifest: Manifest, registry: Mapping[str, Table], files: Mapping[str, bytes]
) -> bytes:
    """``datapackage.json`` of a release with these files."""
    about = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": manifest["release"].lower(),
        "title": manifest["title"],
        "version": manifest["release"].rpartition("-v")[2],
        "created": manifest["created"],
        "keywords": ["trafficking in persons", *([INVENTED] if manifest["invented"] else [])],
        "licenses": _licences(manifest),
        "sources": [_source(source) for source in _single(manifest)],
        "resources": list(_resources(manifest, registry, files)),
    }
    return as_json({name: value for name, value in about.items() if value})


def readme(manifest: Manifest) -> bytes:
    """``README.md`` of a release."""
    invented, sources, base = manifest["invented"], manifest["sources"], manifest["policy"]["base"]
    return (
        README.read_text(encoding="utf-8")
        .format(
            title=manifest["title"],
            release=manifest["release"],
            date=(manifest["published"] or manifest["created"])[:10],
            banner=f"**{INVENTED.upper()}: no country, person or event here is real.**\n\n"
            if invented
            else "",
            banner_cited=" Invented data, not for use as evidence." if invented else "",
            mode=MODES[manifest["mode"]],
            base=base,
            off=base - 1,
            files="\n".join(_line(n, table) for n, table in manifest["tables"].items()),
            rows="".join(map(_rows, manifest["microdata"])),
            based_on="; ".join(f"{s['publisher']}, {s['title']}" for s in _single(manifest)),
            sources="\n".join(_row(s) for s in sources),
            checksums=CHECKSUMS,
            signature=SIGNATURE,
            public=PUBLIC,
        )
        .encode()
    )


def as_json(value: object) -> bytes:
    """JSON that people can read and that is the same each time."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _single(manifest: Manifest) -> list[Mapping[str, Any]]:
    """The sources without those that name several counted together, as ``police+shelter``."""
    return [source for source in manifest["sources"] if "+" not in source["source"]]


def _line(name: str, table: Mapping[str, Any]) -> str:
    return f"| `tables/{name}.parquet` | {table['title']['en']} (kind: {table['kind']}) |"


def _rows(cohort: Mapping[str, Any]) -> str:
    """The lines of synthetic rows; of a cohort that was too small there are none."""
    if "file" not in cohort:
        return ""
    return (
        f"| `{cohort['file']}` | synthetic rows: none is of a person |\n"
        f"| `{cohort['page']}` | what is promised about these rows, and what they are good for; "
        "read it first |\n"
    )


def _row(source: Mapping[str, Any]) -> str:
    told = [source[what] for what in ("source", "title", "publisher", "licence")]
    return "| " + " | ".join([*told, ", ".join(source["countries"][:8]) + _more(source)]) + " |"


def _more(source: Mapping[str, Any]) -> str:
    rest = len(source["countries"]) - 8
    return f" and {rest} more" if rest > 0 else ""


def _source(source: Mapping[str, Any]) -> dict[str, str]:
    origin = source.get("origin") or ""
    link = {"path": origin} if re.match(r"https?://", origin) else {}
    return {"title": f"{source['publisher']}: {source['title']}", **link}


def _slug(text: str) -> str:
    """A text as a name of at most 60 signs, made of whole words."""
    whole = re.sub(r"[^-\w.]+", "-", text).strip("-")
    return whole if len(whole) <= 60 else whole[:61].rpartition("-")[0].strip("-")


def _licences(manifest: Manifest) -> list[dict[str, str]]:
    """The terms of each source; the standard wants a name without blanks beside the words."""
    terms = dict.fromkeys(source["licence"] for source in _single(manifest))
    return [{"name": _slug(text), "title": text} for text in terms]


def _resources(
    manifest: Manifest, registry: Mapping[str, Table], files: Mapping[str, bytes]
) -> Iterator[dict[str, Any]]:
    note = f" ({INVENTED})" if manifest["invented"] else ""
    for path, data in sorted(files.items()):
        name = PurePosixPath(path)
        if name.suffix == ".parquet":
            if name.parent.name == "microdata":
                yield _resource(path, data, SYNTHETIC + note, _synthetic(files))
                continue
            if name.stem in beside.BESIDE:
                yield _resource(path, data, BESIDE_TITLES[name.stem] + note, _beside(name.stem))
                continue
            table = registry.get(name.stem) if name.parent.name == "tables" else None
            title = manifest["tables"][name.stem]["title"]["en"] if table else "Indicators"
            yield _resource(path, data, title + note, _schema(table))
        elif name.suffix == ".csv":
            yield _resource(path, data, f"{name.parent}: {name.stem}", _text_schema(data))


def _resource(path: str, data: bytes, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    return {
        "$schema": f"{PROFILE}/dataresource.json",
        "name": path.removesuffix(f".{form}").replace("/", "-").lower(),
        "type": "table",
        "path": path,
        "title": title,
        "format": form,
        "mediatype": media[form],
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{sha256(data)}",
        "schema": {"$schema": f"{PROFILE}/tableschema.json", **schema},
    }


def _schema(table: Table | None) -> dict[str, Any]:
    """The columns of a table, or of the indicators."""
    keys = key(table) if table else list(INDICATOR_KEY)
    allowed = domains(table) if table else {}
    number = "integer" if table else "number"
    fields = [_field(name, "string", allowed.get(name)) for name in keys]
    fields += [_field(name, number) for name in MEASURES]
    flags = (*FLAGS, WITHIN) if table else FLAGS
    return {"fields": [*fields, *(_field(name, "string") for name in flags)], "primaryKey": keys}


def _beside(name: str) -> dict[str, Any]:
    """The columns of what lies beside the tables."""
    columns = beside.columns(name)
    whole = {c for c, of in columns.items() if of in beside.WHOLE}
    fields = [_field(c, "integer" if c in whole else "string") for c in columns]
    return {"fields": fields, "primaryKey": beside.key(name)}


def _synthetic(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The columns of synthetic rows, as the contract beside them declares them."""
    declared = Microdata.model_validate(yaml.safe_load(files["contracts/microdata.yaml"]))
    return {"fields": [_field(n, "string", codes) for n, codes in declared.domains.items()]}


def _field(name: str, form: str, codes: tuple[str, ...] | None = None) -> dict[str, Any]:
    enum = {"constraints": {"enum": list(codes)}} if codes else {}
    meaning = {"description": MEANING[name]} if name in MEANING else {}
    return {"name": name, "type": form, **meaning, **enum}


def _text_schema(data: bytes) -> dict[str, Any]:
    header = next(csv.reader([data.decode("utf-8-sig").partition("\n")[0].rstrip("\r")]), [])
    keyed = {"primaryKey": ["code"]} if header[:1] == ["code"] else {}
    return {"fields": [{"name": name, "type": "string"} for name in header], **keyed}
