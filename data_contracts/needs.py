"""Which files of promises must be there, because another one names them.

A file that is gone would otherwise show far from where it is missed: as a file of a country that
cannot be read, or as a rate that nobody finds.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from data_contracts import load
from data_contracts.layout import Feed, LabelMeaning, Layout
from data_contracts.load import HERE, LAYOUTS, ContractInvalid, Missing
from data_contracts.model import Contract, Field

STANDARDS = HERE / "concordances"
ALWAYS = (
    "policy.yaml",
    "tables.yaml",
    "consent.yaml",
    "matching.yaml",
    "microdata.yaml",
    "precedence.yaml",
    "latin.csv",
    "aliases/fields.csv",
    "definitions/concepts.csv",
    "definitions/national.csv",
    "messages/faults.yaml",
)
Needed = Iterator[tuple[Path, str]]


def of_list(name: str, why: str, folder: Path = HERE) -> Needed:
    """A code list and its labels."""
    yield folder / "codelists" / f"{name}.csv", why
    yield folder / "labels" / f"{name}.csv", why


def of_contract(contract: Contract, folder: Path = HERE) -> Needed:
    """The code lists of a contract."""
    for name in sorted({item.listed for item in contract.fields if item.listed}):
        yield from of_list(name, f"a code list of the contract {contract.name}", folder)


def of_tables(folder: Path = HERE) -> Needed:
    """What the registry, the reference sheets and the concordances are about."""
    if not (folder / "tables.yaml").is_file():
        return
    for table in load.tables(folder).values():
        yield folder / f"{table.dataset}.odcs.yaml", f"the contract of the table {table.name}"
        for dimension in table.dimensions.values():
            yield from of_list(dimension.codelist, f"a dimension of {table.name}", folder)


def of_layout(layout: Layout, folder: Path = HERE) -> Needed:
    """The contracts that a layout feeds, their lists, and the standards that it follows."""
    for dataset, feed in layout.feeds.items():
        file = folder / f"{dataset}.odcs.yaml"
        yield file, f"the layout {layout.name} feeds it"
        if file.is_file():
            yield from of_contract(load.contract(dataset, folder), folder)
        for standard in sorted({f.standard for f in feed.fields.values() if f.standard}):
            yield folder / "concordances" / f"{standard}.csv", f"a standard of {layout.name}"


def strange(layout: Layout, dataset: str, feed: Feed) -> Iterator[str]:
    """What a layout names and does not have: fields, tables of labels, code lists, codes."""
    contract = load.contract(dataset)
    for name, source in feed.fields.items():
        place = f"feeds.{dataset}.fields.{name}"
        if name not in contract.by_name:
            yield f"{place}: the contract {dataset} has no such field"
        elif source.labels in layout.labels:
            words = layout.labels[source.labels]
            yield from (f"{place}: {fault}" for fault in unsaid(words, contract.by_name[name]))
        if source.labels and source.labels not in layout.labels:
            yield f"{place}: labels has no table {source.labels!r}"
    for column, name in feed.scope.items():
        if name not in layout.labels and not (HERE / "codelists" / f"{name}.csv").is_file():
            yield f"feeds.{dataset}.scope.{column}: there is no table or code list {name!r}"


def unsaid(words: Mapping[str, LabelMeaning], field: Field) -> Iterator[str]:
    """The codes that a table of labels gives to a field, and that nobody can be said to have."""
    if not field.codelist:
        return
    meant = [m.get(field.name, ()) for m in words.values() if not isinstance(m, str)]
    said = load.codelist(field.codelist).said
    for code in sorted({code for codes in meant for code in codes} - {*said}):
        yield f"{field.codelist} has no code {code!r} that may be said of somebody"


def absent(needed: Needed) -> dict[Path, str]:
    """The files that are not there, each with what names it first."""
    found: dict[Path, str] = {}
    for file, why in needed:
        if not file.is_file():
            found.setdefault(file, why)
    return found


def check_layout(name: str) -> None:
    """Whether all is there that a layout names; raises ``Missing`` or ``ContractInvalid``."""
    layout = load.layout(name)
    check_always()
    if gone := absent(of_layout(layout)):
        raise Missing(gone)
    is_of_one = layout.country in (None, *load.countries())
    faults = [] if is_of_one else [f"country: {layout.country!r} is no country"]
    faults += [
        one for dataset, feed in layout.feeds.items() for one in strange(layout, dataset, feed)
    ]
    if faults:
        raise ContractInvalid(LAYOUTS / f"{name}.yaml", faults[:8])


def check_always(folder: Path = HERE) -> None:
    """Whether the files are there without which nothing works; raises ``Missing``."""
    if gone := absent((folder / name, "always needed") for name in ALWAYS):
        raise Missing(gone)


def check_everything(folder: Path = HERE) -> None:
    """Whether every file of promises is there that another one names; raises ``Missing``."""
    check_always(folder)
    if gone := absent(of_tables(folder)):
        raise Missing(gone)
    for contract in load.contracts(folder).values():
        if gone := absent(of_contract(contract, folder)):
            raise Missing(gone)
