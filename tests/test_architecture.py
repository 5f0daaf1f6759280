"""The line stays a line: who may import whom, and how big a piece may grow."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sources" / "samples" / "argentina_linea145"

PACKAGES = {"data_contracts", "sources", "anonymize", "transforms", "pipelines", "dashboards"}
WATCHED = PACKAGES | {"dagster", "tests"}
WIRING = {f"pipelines.{name}" for name in ("definitions", "assets", "checks", "resources")}
PLAIN = """
    accounts admission alike annual approvals arrivals artefacts beside blocks budget bundles
    candidates cards catalogue changes child children cohorts comments conformity consoles
    datapackage denominators differences drafts elsewhere engines errors explain fates feeding
    frames gating history inbox inspection intake keybook keyrings keystore landlock ledger links
    locks looking matching microdata nodes observing origins outputs packages packing predecessor
    preview private progress promises proposal receiving reconciling recovery releases remains
    renewal review reviewers reviews revising rotation rungs sandbox scan scanning screen
    screen_keys screen_releases screen_reviews screen_scan screen_sealing screen_verdicts sealed
    sealing sealing_report seen selftest senders sessions settings signing spans speakers spool
    standing steps strangers submissions suggest sweeping systems takings terminal together
    unfamiliar unmapped unpacking unsealing verdicts warehouse whole withdrawal
"""
LIGHT = {f"pipelines.{name}" for name in PLAIN.split()}
DOORS = {
    f"pipelines.{name}"
    for name in (
        "cli",
        "commands",
        "commands_keys",
        "commands_nodes",
        "commands_releases",
        "commands_reviews",
        "commands_sealing",
        "demo",
        "grammar",
        "desk",
        "one_file",
        "run",
        "verbs",
        "verbs_releases",
    )
}
READER = {"data_contracts", "dashboards.exports"}
# The longest name that fits a module is its rule: what is not named here may import nothing.
MAY_IMPORT: dict[str, set[str]] = {
    "data_contracts": set(),
    "sources": {"data_contracts"},
    "anonymize": {"data_contracts"},
    "transforms": {"data_contracts"},
    "dashboards": set(),
    "dashboards.exports": READER,
    "dashboards.explorer": READER,
    "dashboards.portal": READER,
    "pipelines": set(),
    **dict.fromkeys(LIGHT, PACKAGES - {"pipelines", "dashboards"} | LIGHT),
    **dict.fromkeys(WIRING, PACKAGES | {"dagster"}),
    **dict.fromkeys(DOORS, PACKAGES),
    "tests.oracle": set(),
}
HEAVY = {"dagster", "great_expectations", "presidio_analyzer", "spacy", "streamlit", "plotly"}
CHECK = [
    "check",
    *(str(SAMPLES / f"2020Q1_{part}.csv") for part in ("denuncias", "referidos")),
    *("--layout", "argentina_linea145", "--period", "2020-Q1"),
]
LONGEST_FUNCTION, LONGEST_MODULE = 40, 300
# What silences a check, and how it says why. Here these are words to look for; nothing is silenced.
SILENCED = re.compile(r"# (noqa|type: ignore)")
REASONED = re.compile(r"# (noqa: [A-Z]+\d+|type: ignore\[[a-z-]+\])\W+\w{2}")


@cache
def modules() -> dict[str, Path]:
    """Every module that has a rule, by its dotted name."""
    folders = [*(ROOT / name for name in sorted(PACKAGES)), ROOT / "tests" / "oracle"]
    files = (file for folder in folders for file in sorted(folder.rglob("*.py")))
    return {dotted(file): file for file in files}


@cache
def every() -> dict[str, Path]:
    """Those, and whatever tests and measures them."""
    folders = (ROOT / "tests", ROOT / "benchmarks")
    files = (file for folder in folders for file in sorted(folder.rglob("*.py")))
    return modules() | {dotted(file): file for file in files}


def dotted(file: Path) -> str:
    """``pipelines/cli.py`` as ``pipelines.cli``; a package by its folder."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def inside(name: str, owners: set[str]) -> bool:
    """Whether ``name`` is one of ``owners`` or lies within one."""
    return any(f"{name}.".startswith(f"{owner}.") for owner in owners)


def imported(file: Path) -> Iterator[str]:
    """The dotted names that a module imports anywhere in it, late imports too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = origin(file, node)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def origin(file: Path, node: ast.ImportFrom) -> str:
    """Where a ``from … import`` starts, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    above = file.relative_to(ROOT).parts[: -node.level]
    return ".".join((*above, node.module)) if node.module else ".".join(above)


def reads_environment(file: Path) -> bool:
    """Whether a module looks at environment variables."""
    names = {"environ", "getenv", "environb", "getenvb"}
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in nodes)


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def heavy_after(script: str) -> tuple[int, str]:
    """Exit code and complaint of a fresh interpreter: the heavy modules that ``script`` loaded."""
    code = f"import sys\n{script}\nsys.exit(' '.join({HEAVY!r} & set(sys.modules)) or 0)"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("name", modules())
def test_a_module_imports_only_what_is_upstream(name: str) -> None:
    owner = max((owner for owner in MAY_IMPORT if inside(name, {owner})), key=len)
    ours = {found for found in imported(modules()[name]) if inside(found, WATCHED)}
    assert {found for found in ours if not inside(found, MAY_IMPORT[owner] | {owner})} == set()


def test_every_rule_is_for_a_module_that_exists() -> None:
    assert {owner for owner in MAY_IMPORT if owner not in modules()} == set()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import transforms.cube", {"transforms.cube"}),
        ("def late():\n    from pipelines import cli", {"pipelines.cli"}),
        ("from . import records", {"anonymize.records"}),
        ("from ..transforms.cube import count", {"transforms.cube.count"}),
    ],
)
def test_the_search_for_imports_finds_every_spelling(
    line: str, found: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    file = tmp_path / "anonymize" / "planted.py"
    file.parent.mkdir()
    file.write_text(line)
    assert set(imported(file)) == found


def test_only_settings_reads_the_environment() -> None:
    assert {name for name, file in modules().items() if reads_environment(file)} == {
        "pipelines.settings"
    }


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], CHECK], ids=["help", "help of check", "check"]
)
def test_light_commands_load_nothing_heavy(arguments: list[str]) -> None:
    script = f"""
import contextlib
from pipelines.cli import main
with contextlib.suppress(SystemExit):
    main({arguments!r})
"""
    assert heavy_after(script) == (0, "")


def test_the_sealed_child_loads_nothing_heavy() -> None:
    assert heavy_after("import pipelines.child, pipelines.sealed") == (0, "")


def test_the_search_for_heavy_modules_finds_one() -> None:
    assert heavy_after("import plotly") == (1, "plotly\n")


@pytest.mark.parametrize("name", every())
def test_functions_and_modules_stay_short(name: str) -> None:
    file = every()[name]
    long = {function for function, lines in functions(file) if lines > LONGEST_FUNCTION}
    assert long == set()
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def unreasoned(text: str) -> list[str]:
    """The lines that silence a check without saying which one and why."""
    silent = (line for line in text.splitlines() if SILENCED.search(line))
    return [line for line in silent if not REASONED.search(line)]


@pytest.mark.parametrize("name", every())
def test_every_check_that_is_silenced_is_named_with_its_reason(name: str) -> None:
    assert unreasoned(every()[name].read_text(encoding="utf-8")) == []


def test_the_search_for_silenced_checks_finds_those_without_a_reason() -> None:
    # Examples: they are text that is searched, and silence nothing.
    noqa, ignore = (f"a  # {word}" for word in ("noqa", "type: ignore"))
    wrong = [noqa, f"{noqa}: S101", f"{noqa}: S101 #", ignore]
    right = [f"{noqa}: S101 # read by nobody", f"{ignore}[misc]  # has no types"]
    assert unreasoned("\n".join([*wrong, *right])) == wrong
