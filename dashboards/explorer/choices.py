"""Choices of a reader that live in the address, so that any figure can be linked to.

A choice comes from the control itself, else from the address, else from earlier in the session,
else it is the default. Codes stand in the address, not labels, so a link works in any language.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards.explorer.page import View

SAVED = "saved_choices"
# Small multiples beyond this are a wall nobody compares.
MOST_COUNTRIES = 4


def earlier(name: str) -> list[str]:
    """What the address, or else the session, says about a choice."""
    saved: dict[str, str] = st.session_state.setdefault(SAVED, {})
    text = st.query_params.get(name) or saved.get(name, "")
    return [code for code in text.split(",") if code]


def keep(view: View, name: str, codes: Sequence[str]) -> None:
    """Remember a choice for the address and for the next page."""
    text = ",".join(codes)
    view.address[name] = text
    st.session_state.setdefault(SAVED, {})[name] = text


def one(
    view: View,
    name: str,
    label: str,
    options: Sequence[str],
    say: Callable[[str], str],
    default: str | None = None,
) -> str:
    """One of ``options`` by a select box; without a choice to make there is no box."""
    key = f"choice_{name}"
    wanted = [str(st.session_state.get(key)), *earlier(name), str(default), options[0]]
    chosen = next(code for code in wanted if code in options)
    if len(options) > 1:
        st.session_state[key] = chosen
        chosen = st.selectbox(label, options, format_func=say, key=key)
    keep(view, name, [chosen])
    return chosen


def several(
    view: View,
    name: str,
    label: str,
    options: Sequence[str],
    say: Callable[[str], str],
    default: Sequence[str],
) -> list[str]:
    """Some of ``options``; taking the last one away brings back the default."""
    key = f"choices_{name}"
    wanted = st.session_state.get(key) or earlier(name)
    chosen = [code for code in wanted if code in options][:MOST_COUNTRIES] or list(default)
    if len(options) > 1:
        st.session_state[key] = chosen
        most = MOST_COUNTRIES
        chosen = st.multiselect(label, options, format_func=say, key=key, max_selections=most)
    chosen = chosen or list(default)
    keep(view, name, chosen)
    return chosen
