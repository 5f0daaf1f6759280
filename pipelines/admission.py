"""Who may send what to which workspace, looked at before any file is opened."""

from data_contracts import load, needs, periods
from data_contracts.layout import Layout
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.settings import INVENTED, Workspace


class WrongCountry(Refusal):
    """The country is not the layout's, not known, or not one that this workspace takes."""

    exit_code = WRONG_USAGE


class WrongPeriod(Refusal):
    """The period is not one in which this layout reports."""

    exit_code = WRONG_USAGE


class NotTaken(Refusal):
    """This workspace does not take submissions of this layout."""

    exit_code = WRONG_USAGE


def layout_for(name: str, country: str | None, period: str | None) -> Layout:
    """The layout, after a look at whether all is there, and country and period go with it."""
    layout = load.layout(name)
    needs.check_layout(name)
    calendar_period(layout, period)
    if layout.country and country and country != layout.country:
        raise WrongCountry(f"{name} is the layout of {layout.country}, not of {country}.")
    if layout.asks_country and not country:
        raise WrongCountry(
            f"{name} serves several countries: say whose data these are with --country, as ARG."
        )
    if country and layout.replaces == "source" and not layout.asks_country:
        raise WrongCountry(f"{name} says itself whose data these are: leave out --country.")
    if country and country not in load.countries():
        raise WrongCountry(f"{country!r} is no country code. Use ISO 3166-1 alpha-3, such as ARG.")
    if own := layout.own_layouts.get(country or ""):
        raise WrongCountry(f"{country} has a layout of its own, which knows its table: use {own}.")
    return layout


def calendar_period(layout: Layout, period: str | None) -> str | None:
    """The period of a submission by its calendar name; raises where the layout has no such one."""
    if period is None:
        return None
    if layout.replaces == "source":
        raise WrongPeriod(
            f"{layout.name} brings a whole table with its own years: leave out --period."
        )
    named = periods.on_the_calendar(period, layout.year_starts)
    if layout.frequency == "year" and periods.frequency(named) == "quarter":
        raise WrongPeriod(f"{layout.name} reports whole years: name one, as {named[:4]}.")
    return named


def taken_here(layout: Layout, country: str | None, workspace: Workspace) -> None:
    """Raise unless this workspace takes such a submission of raw files.

    Raw records in confidence are stripped in their own country, and elsewhere only where the
    country's policy allows it.
    """
    belongs_here(layout, country, workspace)
    of = layout.country or country
    if workspace.is_national and of != workspace.configuration.country:
        raise NotTaken(
            f"This node seals for {workspace.configuration.country}. "
            "Submit public tables, and data of others, at the regional node."
        )
    if not may_strip(layout, country, workspace):
        raise NotTaken(
            f"Raw records of {of or 'this country'} may not be stripped here: the country seals "
            "them, see tipstat seal --help. "
            f"Its policy must allow it first: add {of} to raw_files in tipstat.toml."
        )


def belongs_here(layout: Layout, country: str | None, workspace: Workspace) -> None:
    """Raise ``NotTaken`` where data of this kind has no place in the workspace, sealed or raw.

    Invented people are never mixed with real ones, and open workspaces take what is public
    already.
    """
    of = layout.country or country or ""
    invented = of.startswith(INVENTED) or layout.source.startswith("invented")
    if invented != workspace.invented:
        own, other = ("invented", "real") if workspace.invented else ("real", "invented")
        raise NotTaken(f"This workspace takes {own} data only; {layout.name} sends {other} data.")
    if workspace.configuration.mode == "open" and not layout.public:
        raise NotTaken(f"This workspace is open: it takes public sources, {layout.name} is not.")


def may_strip(layout: Layout, country: str | None, workspace: Workspace) -> bool:
    """Whether raw files of a layout may be stripped in a workspace: a country's own, public ones,
    and those whose policy allows it."""
    said = workspace.configuration
    mine = (said.country,) if workspace.is_national else said.raw_files
    return layout.public or not layout.person or (layout.country or country) in mine


def is_sealable(layout: Layout) -> bool:
    """Whether a layout's submissions travel in packages: a period's of a country, in confidence."""
    return layout.replaces == "country_period" and not layout.public
