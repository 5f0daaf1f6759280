"""The explorer's frame: language, release, menu, banner; the pages are in ``views``.

Streamlit runs this file; the release folders stand after ``--`` on its command line.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import streamlit as st

from dashboards.explorer import choices, views
from dashboards.explorer.blocks import plain
from dashboards.explorer.page import Page, View
from dashboards.explorer.releases import NoRelease, Release, find, withdrawn
from dashboards.exports.vocabulary import vocabulary
from dashboards.exports.words import languages, words


def pages() -> list[Page]:
    """Every module in ``views`` has a PAGE."""
    names = [module.name for module in pkgutil.iter_modules(views.__path__)]
    found = [importlib.import_module(f"{views.__name__}.{name}").PAGE for name in names]
    return sorted(found, key=lambda page: page.order)


def language(view: View) -> str:
    """The language of the address, else of the browser, else English."""
    of_browser = (st.context.locale or "en").split("-")[0]
    default = of_browser if of_browser in languages() else "en"
    names = {code: words(code)("name") for code in languages()}
    label = view.words("choose_language")
    return choices.one(view, "language", label, languages(), names.__getitem__, default)


def frame(releases: list[Release]) -> View:
    """The sidebar's choices, as the view that pages render."""
    by_id = {release.id: release for release in releases}
    address: dict[str, str] = {}
    first = releases[0]
    start = View(first, vocabulary(first.folder, spoken_before()), address)
    with st.sidebar:
        chosen = language(start)
        in_language = View(first, vocabulary(first.folder, chosen), address)
        label = in_language.words("choose_release")
        wanted = choices.one(in_language, "release", label, list(by_id), str)
        st.caption(plain(f"{by_id[wanted].manifest['title']}, {wanted}"))
    release = by_id[wanted]
    return View(release, vocabulary(release.folder, chosen), address)


def spoken_before() -> str:
    """The language in which the language is asked for."""
    wanted = [st.session_state.get("choice_language"), *choices.earlier("language")]
    of_browser = (st.context.locale or "en").split("-")[0]
    return next((code for code in (*wanted, of_browser) if code in languages()), "en")


def shown(page: Page, view: View) -> Callable[[], None]:
    """What Streamlit calls for a page: title, banner, page, address."""

    def body() -> None:
        invented = bool(view.release.manifest["invented"])
        mark = f"{view.words('invented_mark')} " if invented else ""
        st.title(plain(mark + str(view.release.manifest["title"])), anchor=False)
        if invented:
            st.warning(view.words("invented_banner"))
        page.render(view)
        st.query_params.from_dict(view.address)

    return body


def gone(folders: list[Path], language: str, asked: Iterable[str]) -> None:
    """Say of each release that is ``asked`` for why it is not here any more, if it was."""
    said = withdrawn(folders)
    for release in asked:
        if release in said:
            facts = {name: str(said[release][name]) for name in ("withdrawn", "reason")}
            day, reason = facts["withdrawn"][:10], facts["reason"]
            text = words(language)("withdrawn", release=release, day=day, reason=reason)
            st.warning(plain(text))


def main(folders: list[Path]) -> None:
    """Find the releases, ask for language and release, render the page that is addressed."""
    try:
        found = find(folders)
    except NoRelease:
        st.error(words(spoken_before())("no_release"))
        gone(folders, spoken_before(), withdrawn(folders))
        return
    gone(folders, spoken_before(), choices.earlier("release"))
    view = frame(found)
    title = view.words("explorer")
    menu = [
        st.Page(
            shown(page, view),
            title=view.words(page.title),
            url_path=page.url_path,
            default=not number,
        )
        for number, page in enumerate(pages())
    ]
    chosen = st.navigation(menu)
    mark = f"{view.words('invented_mark')} " if view.release.manifest["invented"] else ""
    st.set_page_config(page_title=f"{mark}{chosen.title} - {title}", layout="wide")
    chosen.run()


main([Path(argument) for argument in sys.argv[1:]])
