"""The local report says in five languages what leaves, and holds nothing of a person."""

import re
from html import escape
from pathlib import Path

import pytest
import yaml

from data_contracts import load
from pipelines import explain, sealing, sealing_report
from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.leaks.search import Search
from tests.sealing.country import PERIOD

LANGUAGES = ("en", "es", "fr", "ar", "ru")


@pytest.fixture(scope="module")
def pages(
    national: Workspace, police: Submission, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The report in two languages, one of them written from right to left."""
    out = tmp_path_factory.mktemp("pages")
    source = sealing.given(national, police.files, police.layout, PERIOD)
    for language in ("fr", "ar"):
        sealing.seal(national, source, out / "p.tip", out / f"{language}.html", language)
    return {file.stem: file.read_text() for file in out.glob("*.html")}


def test_the_page_loads_nothing_and_runs_nothing(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert not re.search(r"<script|<link|<img|https?:|url\(|@import", page)


def test_the_page_is_written_in_its_language_and_direction(pages: dict[str, str]) -> None:
    assert '<html lang="ar" dir="rtl">' in pages["ar"]
    assert '<html lang="fr">' in pages["fr"]
    assert sealing_report.words("ar")["title"] in pages["ar"]


def test_every_column_of_the_layout_is_told_with_what_becomes_of_it(pages: dict[str, str]) -> None:
    layout, said = load.layout("xaa_police"), sealing_report.words("fr")
    for feed in layout.feeds.values():
        for column in {c for field in feed.fields.values() for c in field.columns}:
            assert f"{column}" in pages["fr"]
    assert escape(f"{said['dropped']}: {said['token']}") in pages["fr"]
    assert said["pseudonym"] in pages["fr"]


def strings(files: tuple[Path, ...]) -> set[str]:
    """What in the files could name somebody: words that stand nowhere else."""
    text = " ".join(file.read_text(encoding="utf-8") for file in files)
    return {word.lower() for word in re.findall(r"\b[Zz][Qq][A-Za-z0-9]{8,}\b", text)}


def test_nothing_of_a_person_is_in_the_page_or_in_the_package(
    pages: dict[str, str], package: Path, police: Submission
) -> None:
    wanted = strings(police.files)
    assert len(wanted) > 20
    search = Search(wanted)
    assert search.found(police.files[0].read_bytes())
    assert search.found(package.read_bytes()) == set()
    assert all(search.found(page.encode()) == set() for page in pages.values())


@pytest.mark.parametrize("name", ["leaving", "sealing"])
def test_every_language_has_the_same_words(name: str) -> None:
    texts = yaml.safe_load((load.HERE / "messages" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert tuple(texts) == LANGUAGES == explain.OF_PACKAGES
    assert {frozenset(own) for own in texts.values()} == {frozenset(texts["en"])}


def test_every_refusal_of_a_package_has_words() -> None:
    modules = Path(sealing.__file__).parent
    raised = {
        code
        for name in ("unpacking", "receiving", "sealed")
        for code in re.findall(r'"((?:SEAL|RAW)-\d\d)"', (modules / f"{name}.py").read_text())
    }
    assert raised == {c for c in explain.catalogue("ru") if c.startswith(("SEAL-", "RAW-"))}
