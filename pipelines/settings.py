"""Configuration and environment: the one module that reads either.

A workspace is a folder with ``tipstat.toml``. Its role, its mode and the countries whose raw
files it may strip stand there; secrets lie in ``keys/``, see ``keystore``.
"""

import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from pydantic import Field as Key
from pydantic import ValidationError, model_validator

from data_contracts.model import Frozen
from pipelines import alike, locks, together, whole
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal, unwritable

FILE, LOCK = "tipstat.toml", ".lock"
# Where a package is made; who is killed while sealing leaves rows there that must not stay.
SEALING = ".sealing"
INVENTED = "XA"
# Variables that hold keys begin so; no process that we start finds them.
KEY_VARIABLES = "TIPSTAT_KEY_"
_SECRETS: dict[str, str] = {}
# Set by the loader of a program that is one file, for the processes that it starts.
ONE_FILE = "_PYI_"
OF_WINDOWS = ("SYSTEMROOT", "USERPROFILE")
_HANDED: dict[Path, dict[str, str]] = {}
Mode = Literal["open", "demo", "closed"]
Role = Literal["national", "regional"]

QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}


class NoWorkspace(Refusal):
    """There is no workspace where one was looked for."""

    exit_code = ENVIRONMENT


class BadConfiguration(Refusal):
    """The workspace's configuration cannot be read or says what it must not."""

    exit_code = ENVIRONMENT


class Locked(Refusal):
    """Another tipstat command is writing to the workspace."""

    exit_code = ENVIRONMENT


class WorkspaceExists(Refusal):
    """The folder for a new workspace is in use."""

    exit_code = WRONG_USAGE


class Configuration(Frozen):
    """What ``tipstat.toml`` may say.

    ``open`` takes public sources only and publishes without reviewers; ``demo`` takes invented
    countries only; ``closed`` takes records in confidence and needs two named reviewers.
    ``raw_files`` lists the countries whose policy allows their records to be stripped here.
    A national node has the one ``country`` whose records it seals; a regional one has none.
    ``engine`` counts the cube; Spark needs the address of its master and a ``shared`` folder or
    URL that all its machines see. ``microdata`` makes synthetic rows of each year that is over.
    ``baseline`` is the year from which a programme counts; without any, each country's first.
    """

    title: str
    mode: Mode
    role: Role = "regional"
    country: str = ""
    author: str = "operator"
    reviewers: tuple[str, ...] = ()
    raw_files: tuple[str, ...] = ()
    children: int = Key(default=0, ge=0)
    engine: Literal["polars", "duckdb", "spark"] = "polars"
    spark_master: str = ""
    shared: str = ""
    microdata: bool = False
    baseline: int = Key(default=0, ge=0, le=2999)

    @model_validator(mode="after")
    def a_national_node_has_a_country(self) -> Self:
        """Whose keys it holds must be said once and for all."""
        if (self.role == "national") != bool(self.country):
            raise ValueError("a national node names its country, and a regional one has none")
        return self

    @model_validator(mode="after")
    def reviewers_are_different_people(self) -> Self:
        """Two of them are needed: one person under two names would be enough otherwise."""
        people = {alike.person(name) for name in self.reviewers}
        if len(people) < len(self.reviewers) or "" in people:
            raise ValueError("two reviewers may be one person: write out who they are")
        return self


class Workspace(Frozen):
    """A folder and what its configuration says; every place in it has a name here.

    ``revising`` is the year of which a run makes the annual revision, ``closing`` the one whose
    cohort it closes.
    """

    root: Path
    configuration: Configuration
    revising: str = ""
    closing: str = ""

    def __getitem__(self, layer: str) -> Path:
        """The folder of a layer, such as ``inbox`` or ``safe``."""
        return self.root / layer

    @property
    def is_national(self) -> bool:
        """Whether it is a country's own node, which seals and never publishes."""
        return self.configuration.role == "national"

    @property
    def invented(self) -> bool:
        """Whether its countries, and all people in it, are invented."""
        return self.configuration.mode == "demo"

    @property
    def children(self) -> int:
        """How many sealed children may run at once."""
        return self.configuration.children or os.cpu_count() or 1


def quiet() -> None:
    """Switch the telemetry of every dependency off, for this process and those it starts."""
    os.environ.update(QUIET)


def private() -> None:
    """What this process writes is for its own account only: exact counts, keys, safe rows.

    Keys in its environment are for it alone too.
    """
    _withdrawn()
    os.umask(0o077)


def public() -> None:
    """What this process writes from now on may be read by others, such as an export."""
    os.umask(0o022)


def chosen(folder: Path | None) -> Path:
    """The workspace folder: as given, else ``TIPSTAT_WORKSPACE``, else ``./workspace``."""
    return folder or Path(os.environ.get("TIPSTAT_WORKSPACE") or "workspace")


def opened(folder: Path | None) -> Workspace:
    """The workspace in ``folder``; raises ``NoWorkspace`` or ``BadConfiguration``."""
    root = chosen(folder)
    file = root / FILE
    if not file.is_file():
        raise NoWorkspace(f"No workspace in {root}. Make one with: tipstat init --workspace {root}")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        return Workspace(root=root.resolve(), configuration=Configuration.model_validate(raw))
    except OSError as error:
        raise unwritable(file, error) from None
    except ValidationError as error:
        raise BadConfiguration(
            f"{file} is not valid{wrong(error)}. See docs/guide-operator.md for what it may say."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadConfiguration(
            f"{file} is not valid. See docs/guide-operator.md for what it may say."
        ) from None


def wrong(error: ValidationError) -> str:
    """What ``Configuration`` itself says is wrong, after a colon; nothing of what was written."""
    said = [str(one["ctx"]["error"]) for one in error.errors() if one["type"] == "value_error"]
    return f": {'; '.join(said)}" if said else ""


def found(folder: Path | None) -> list[Workspace]:
    """The workspace in ``folder``, or every one directly below it that publishes."""
    root = chosen(folder)
    below = sorted(file.parent for file in root.glob(f"*/{FILE}"))
    if not below or (root / FILE).exists():
        return [opened(root)]
    return [one for one in map(opened, below) if not one.is_national]


def _toml(configuration: Configuration) -> str:
    def value(item: object) -> str:
        if isinstance(item, tuple):
            return f"[{', '.join(map(value, item))}]"
        # Numbers and strings are written alike in JSON and in TOML.
        return json.dumps(item, ensure_ascii=False)

    return "".join(f"{k} = {value(v)}\n" for k, v in configuration.model_dump().items())


def vacant(root: Path) -> None:
    """Raise ``WorkspaceExists`` unless a new workspace may be made in ``root``."""
    if root.is_dir() and not any(root.iterdir()):
        return
    if root.exists():
        raise WorkspaceExists(f"{root} is not empty. Choose another folder for the workspace.")


def create(root: Path, configuration: Configuration) -> Workspace:
    """A new workspace without keys: the folder and its configuration; see ``keystore.new``."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / "inbox").mkdir()
        (root / LOCK).touch()
    except OSError as error:
        raise unwritable(root, error) from None
    whole.write(root / FILE, _toml(configuration).encode())
    return opened(root)


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for writing; raises ``Locked`` when another command has it."""
    file = workspace.root / LOCK
    try:
        handle = locks.tried(file)
    except OSError as error:
        raise unwritable(file, error) from None
    if handle is None:
        raise Locked(f"Another tipstat command is writing to {workspace.root}. Wait until it ends.")
    try:
        # What a killed command decided happens first.
        together.finish(workspace.root)
        shutil.rmtree(workspace[SEALING], ignore_errors=True)
        yield
    finally:
        locks.free(handle)


def of_child() -> dict[str, str]:
    """What a sealed child finds in its environment: on Linux and macOS nothing of ours.

    The program that is one file tells itself where it was unpacked, so that this happens once;
    libraries that a machine may lack lie there. Windows starts nothing without its own folder,
    and the account's folder is what tells whether keys in files are closed.
    """
    of_windows = OF_WINDOWS if sys.platform == "win32" else ()
    told = {n: v for n, v in os.environ.items() if n.startswith(ONE_FILE) or n in of_windows}
    unpacked = getattr(sys, "_MEIPASS", None)
    return told | ({"LD_LIBRARY_PATH": str(unpacked)} if unpacked else {})


def surroundings() -> dict[str, str]:
    """The environment for a server that we start, telemetry off."""
    _withdrawn()
    return {**os.environ, **QUIET}


def _withdrawn() -> dict[str, str]:
    """The keys of the environment, taken out of it: whatever is started later inherits none."""
    for name in [name for name in os.environ if name.startswith(KEY_VARIABLES)]:
        _SECRETS[name] = os.environ.pop(name)
    return _SECRETS


def secret(variable: str) -> str | None:
    """A key that whoever started this process put into its environment."""
    return _withdrawn().get(variable)


def hand(folder: Path, secrets: dict[str, str]) -> None:
    """In a sealed child: the secrets of a folder of keys, as its parent handed them over."""
    _HANDED[folder] = secrets


def handed(folder: Path) -> dict[str, str]:
    """What ``hand`` was given; nothing where the child reads the files itself."""
    return _HANDED.get(folder, {})
