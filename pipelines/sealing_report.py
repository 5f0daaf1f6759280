"""The local report: what leaves the country in a package and what does not, as one HTML page.

It needs nothing but itself, loads nothing, and holds counts, names of columns and invented
examples. It is made in the sealed process, because names of columns are known there.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape

import yaml

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import Contract, Field
from data_contracts.verdict import Verdict
from pipelines import cards, systems
from pipelines.packages import Manifest, Part
from pipelines.sealing import Job

Words = Mapping[str, str]
RIGHT_TO_LEFT = ("ar",)
REASONS = ("scope", "unmapped", "fault", "consent", "relation")
GROUP, SHOWN = 4, 32
# Nobody's: what an example shows for each way in which a field is treated.
MADE_UP = "9f4c…e1"
INVENTED = {"integer": "23", "number": "7", "date": "2001-02-03"}
NAMES = {
    "family_name": "Inventado",
    "given_name": "Ana",
    "birth_date": "2001-02-03",
    "document": "X0000000",
}
BANDS = {"age_band": "Y18T24", "days_band": "D8T30", "sentence_band": "S12T59"}
STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,"Noto Sans","Noto Naskh Arabic",sans-serif;margin:0 auto;
 max-width:60rem;padding:1.5rem;color:#1b1b1b;background:#fff}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.2rem}h3{font-size:1rem}
table{border-collapse:collapse;width:100%}
.wide{overflow-x:auto}
th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ccc}
th{background:#f2f4f6}td.n{font-variant-numeric:tabular-nums}
.stays td{color:#5a1a1a}.code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.lead{font-size:1.05rem}.note{background:#fff6d6;padding:.6rem .8rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:#555}dd{margin:0}
@media (max-width:34rem){body{padding:.9rem}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{body{max-width:none}}
"""


@cache
def words(language: str) -> Words:
    """What the report says, in a language."""
    file = load.HERE / "messages" / "leaving.yaml"
    found: Words = yaml.safe_load(file.read_text(encoding="utf-8"))[language]
    return found


@cache
def named(language: str) -> dict[str, str]:
    """Each field to its name in a language: the first word by which files know it."""
    rows = load.rows("fields", load.HERE / "aliases")
    return {row["field"]: row[language].split("|")[0] for row in rows if row[language]}


def page(
    manifest: Manifest,
    digest: str,
    job: Job,
    verdicts: Mapping[str, Verdict],
    matched: int,
) -> str:
    """The report of a package; ``verdicts`` by layout, as they were before it was stripped."""
    language = job.language or "en"
    said = words(language)
    turned = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    parts = "".join(
        f"<h2>{_text(load.layout(part.layout).title)}</h2>"
        + _rows(part, said)
        + _leaving(part, said, language)
        + _unknown(verdicts[part.layout], said)
        for part in manifest.parts
    )
    head = f'<!doctype html><html lang="{language}"{turned}><head><meta charset="utf-8">'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    body = _facts(manifest, digest, job, said) + _matched(job, matched, said) + parts
    rest = _example(manifest, said, language) + _sees(said)
    return (
        f"{head}{view}<title>{_text(said['title'])}</title><style>{STYLE}</style></head>"
        f"<body><h1>{_text(said['title'])}</h1>{body}{rest}</body></html>\n"
    )


def _text(text: object) -> str:
    return escape(str(text))


def _table(head: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A table of escaped cells; each row with a class."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for kind, cells in rows
    )
    return (
        f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _facts(manifest: Manifest, digest: str, job: Job, said: Words) -> str:
    region = cards.of_region(job.keys).title
    short = " ".join(digest[n : n + GROUP] for n in range(0, SHOWN, GROUP))
    periods = dict.fromkeys(p for part in manifest.parts for p in part.verdict.periods)
    facts = {
        "sources": ", ".join(dict.fromkeys(part.source for part in manifest.parts)),
        "period": ", ".join(periods),
        "made": f"{manifest.made:%Y-%m-%d %H:%M} UTC",
        "expires": f"{manifest.expires:%Y-%m-%d}",
    }
    told = "".join(f"<dt>{_text(said[k])}</dt><dd>{_bidi(v)}</dd>" for k, v in facts.items())
    lead = said["lead"].format(region=region, country=manifest.country)
    print_of = f'<dt>{_text(said["fingerprint"])}</dt><dd class="code">{_bidi(short)}</dd>'
    return (
        f'<p class="lead">{_text(lead)}</p><dl>{told}{print_of}</dl>'
        f"<p>{_text(said['compare'])}</p>{_missing(job)}"
    )


def _bidi(text: str) -> str:
    """Codes and dates run from left to right in every language."""
    return f"<bdi>{_text(text)}</bdi>"


def _missing(job: Job) -> str:
    lacking = " ".join(systems.told(job.language or "en"))
    return f'<p class="note">{_text(lacking)}</p>' if lacking else ""


def _matched(job: Job, matched: int, said: Words) -> str:
    told = said["apart"] if job.compared is None else said["matched"].format(n=matched)
    return f"<p>{_text(told)}</p>"


def _rows(part: Part, said: Words) -> str:
    """How many rows were read, kept and set aside, and why."""
    found = part.verdict
    counts = [(said["read"], found.rows_read), (said["kept"], found.rows_kept)]
    for reason, n in found.set_aside.items():
        named = "period_reason" if reason == "period" else reason if reason in REASONS else "other"
        counts.append((said["aside"].format(reason=said[named]), n))
    rows = (("", (_text(what), _text(n))) for what, n in counts)
    return _table((_text(said["rows"]), ""), rows)


def _leaving(part: Part, said: Words, language: str) -> str:
    """For each dataset what becomes of each field that the file fills: what leaves comes first."""
    layout = load.layout(part.layout)
    made = ""
    for name, feed in layout.feeds.items():
        contract = load.contract(name)
        fields = [field for field in contract.fields if field.name in feed.fields]
        order = sorted(fields, key=lambda field: not field.leaves)
        rows = ((_kind(f), _line(f, layout, name, said, language)) for f in order)
        made += f"<h3>{_text(name)}</h3>" + _table(
            (_text(said["field"]), _text(said["yours"]), _text(said["as"])), rows
        )
    return f"<h3>{_text(said['leaves'])}</h3>{made}"


def _kind(field: Field) -> str:
    return "" if field.leaves else "stays"


def _line(
    field: Field, layout: Layout, dataset: str, said: Words, language: str
) -> tuple[str, str, str]:
    columns = layout.feeds[dataset].fields[field.name].columns
    as_what = said[treatment(field)]
    if not field.leaves:
        as_what = f"{said['dropped']}: {as_what}"
    told = ", ".join(columns) or "—"
    return _text(title(field, language)), _bidi(told), _text(as_what)


def title(field: Field, language: str) -> str:
    """A field's name in a language; what nobody has named yet, as the contract does in English."""
    own = field.title if language == "en" else ""
    return own or named(language).get(field.name) or field.title or field.name


def treatment(field: Field) -> str:
    """The word for what becomes of a field: a key of the messages."""
    verb, _, how = field.treatment.partition(":")
    if verb == "generalise":
        return "band" if how.endswith("_band") else "quarter" if field.is_period else "code"
    if verb == "keep":
        return "code" if field.codelist or field.codes else "number"
    return {"drop": "never", "link": "token", "pseudonymise": "pseudonym"}.get(verb, "code")


def _unknown(found: Verdict, said: Words) -> str:
    columns = [f"{file}: {name}" for file, own in found.undeclared.items() for name in own]
    listed = "".join(f"<li>{_bidi(column)}</li>" for column in columns)
    told = f"<p>{_text(said['unknown_lead'])}</p><ul>{listed}</ul>" if columns else ""
    none = "" if columns else f"<p>{_text(said['none'])}</p>"
    return f"<h3>{_text(said['unknown'])}</h3>{told}{none}"


def _example(manifest: Manifest, said: Words, language: str) -> str:
    """A row of somebody who does not exist, before and after."""
    layout = load.layout(manifest.parts[0].layout)
    name, feed = next(iter(layout.feeds.items()))
    contract = load.contract(name)
    fields = [field for field in contract.fields if field.name in feed.fields]
    rows = (
        (_kind(f), (_text(title(f, language)), _bidi(before), _bidi(after)))
        for f, before, after in examples(fields, contract, manifest)
    )
    head = (_text(said["field"]), _text(said["before"]), _text(said["after"]))
    return f"<h2>{_text(said['example'])}</h2>{_table(head, rows)}"


def examples(
    fields: Iterable[Field], contract: Contract, manifest: Manifest
) -> Iterator[tuple[Field, str, str]]:
    """Each field with an invented text and what would leave of it; a dash for nothing."""
    lists = load.codelists()
    period = next((p for part in manifest.parts for p in part.verdict.periods), "2026-Q1")
    for field in fields:
        held = field.held(lists)
        code = next((c for c in held if not c.startswith("_")), "…")
        before = NAMES.get(field.name) or INVENTED.get(field.type) or "…"
        match treatment(field):
            case "never" | "token":
                yield field, before, "—"
            case "pseudonym":
                yield field, "A-17", MADE_UP
            case "quarter":
                yield field, f"{period[:4]}-…", period
            case "band":
                yield field, before, BANDS.get(field.listed or "", code)
            case "number":
                yield field, before, before
            case _:
                yield field, "…", code


def _sees(said: Words) -> str:
    lines = "".join(f"<li>{_text(said[f'sees_{n}'])}</li>" for n in (1, 2, 3))
    return f"<h2>{_text(said['sees'])}</h2><ul>{lines}</ul><p>{_text(said['not_sees'])}</p>"
