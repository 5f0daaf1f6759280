"""What may be said on the command line: every verb with its words and one example."""

import argparse
import sys
from pathlib import Path

from pipelines.verbs import EXITS, Parser, Verbs, in_workspace, national, sealing, verb
from pipelines.verbs_releases import RELEASING


def with_files(parser: Parser, raw: bool = True) -> Parser:
    """The verb takes the files of a submission; where not only ``raw`` ones, packages too."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE" if raw else "FILE|PACKAGE")
    parser.add_argument("--layout", required=raw, help="see: tipstat layout list")
    parser.add_argument(
        "--period", metavar="P", help="2026-Q1 or 2026; 2025/26-Q1 where the layout has such years"
    )
    parser.add_argument("--country", metavar="C", help="ISO 3166-1 alpha-3, such as ARG")
    parser.add_argument("--language", default="en", choices=("en", "es", "fr"))
    return parser


def sending(verbs: Verbs) -> None:
    """check, submit, submissions."""
    one = "2020Q1_denuncias.csv 2020Q1_referidos.csv --layout argentina_linea145 --period 2020-Q1"
    judged = verb(verbs, "check", "judge files; nothing is kept", f"tipstat check {one}")
    with_files(judged).add_argument(
        "--workspace",
        type=Path,
        metavar="FOLDER",
        help="compare with how much the same source sent to this workspace before",
    )
    does = "judge files, or take a package, into the inbox"
    parser = in_workspace(verb(verbs, "submit", does, f"tipstat submit {one}"))
    sent = with_files(parser, raw=False)
    sent.add_argument(
        "--reason",
        metavar="TEXT",
        help="why the numbers are right where a comment asks; no names and nothing of a person",
    )
    sent.add_argument(
        "--confirmed-by",
        metavar="NAME",
        help="who has seen that the reason names nobody, where its language is not known well",
    )
    in_workspace(
        verb(verbs, "submissions", "who has sent what", "tipstat submissions --workspace region")
    )


def making(verbs: Verbs) -> None:
    """init, run, demo."""
    example = 'tipstat init --workspace region --title "Our region" --mode closed --raw-files ARG'
    new = in_workspace(verb(verbs, "init", "an empty workspace: configuration and keys", example))
    new.add_argument("--title", required=True, help="what its releases are called")
    new.add_argument("--mode", default="closed", choices=("open", "demo", "closed"))
    new.add_argument("--author", default="operator", help="who makes the releases")
    new.add_argument("--reviewer", action="append", default=[], help="may review; give it twice")
    new.add_argument(
        "--raw-files",
        action="append",
        default=[],
        metavar="C",
        help="a country whose policy allows its records to be stripped here",
    )
    new.add_argument(
        "--keys",
        # Where modes of files mean nothing, the system keeps secrets better than we can.
        default="keyring" if sys.platform == "win32" else "files",
        choices=("files", "keyring", "environment"),
        help="where its keys are kept; see docs/guide-operator.md",
    )
    national(new)
    running(verbs)
    whole = verb(
        verbs, "demo", "whole workspaces from the bundled samples, published", "tipstat demo"
    )
    whole.add_argument("--into", type=Path, default=Path("demo"), metavar="FOLDER")
    whole.add_argument(
        "--size", type=int, default=420, help="invented victims a country and year, about"
    )


def running(verbs: Verbs) -> None:
    """run."""
    line = verb(verbs, "run", "whatever is new, up to a release candidate", "tipstat run --json")
    in_workspace(line)
    line.add_argument(
        "--revision",
        metavar="YEAR",
        help="also take in what waited for the annual revision of a published year",
    )
    line.add_argument(
        "--cohort",
        metavar="YEAR",
        help="close the cohort of persons first accepted in a year, and make its synthetic rows: "
        "once, for good",
    )


SCANNED = """Reads CSV, XLSX, ODS, Parquet, JSON lines, Markdown and plain text, packed by gzip or
not; of a folder, all below it. Nothing that was found is shown, only where it stands.

--json prints one object a line: file, row (or line, of a text), column, start, end, type; of a
workbook also sheet, by its number. row is the number that a spreadsheet shows, so that below a
header the first row is 2; in JSON lines it is the line, in Parquet the first row is 1. start and
end count the characters (code points) of the cell, the text or the line from 0; end is the first
one after the find. Type UNREADABLE is a file that could not be read. On stderr, type
UNSURE_LANGUAGE is a file with texts in a language in which too many names are missed. Exit code 1
says that something was found, or that a file could not be read."""


def scanning(verbs: Verbs) -> None:
    """scan."""
    does = "personal data where none should be"
    made = verb(verbs, "scan", does, "tipstat scan shared_folder --language es")
    made.description = f"{does}\n\n{SCANNED}"
    made.add_argument("path", type=Path, metavar="FILE|FOLDER")
    made.add_argument("--language", metavar="L", help="of the texts, such as es; else looked for")


def remembering(verbs: Verbs) -> None:
    """vintages, warehouse."""
    example = "tipstat vintages --as-of 2026-01-31"
    told = verb(verbs, "vintages", "which submission speaks for which slice", example)
    example = "tipstat warehouse --as-of TIP-2020Q4-v1 -o then.duckdb"
    built = verb(verbs, "warehouse", "the core as it stood, as a DuckDB file", example)
    built.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    for parser in map(in_workspace, (told, built)):
        parser.add_argument("--as-of", metavar="DAY|RELEASE", help="else as of now")


def comparing(verbs: Verbs) -> None:
    """conformance."""
    example = "tipstat conformance --standard ictip --source arg_pnr_linea145"
    does = "how much of what each source sent a standard can say"
    asked = in_workspace(verb(verbs, "conformance", does, example))
    asked.add_argument("--source", metavar="S", help="one source; see: tipstat layout list")
    asked.add_argument("--standard", metavar="N", help="one standard, such as ictip; else all")


def keeping(verbs: Verbs) -> None:
    """keys init, show, check, rotate, hand."""
    group = verb(verbs, "keys", "the keys of a workspace", "tipstat keys show --workspace region")
    inner = group.add_subparsers(dest="action", metavar="VERB", required=True)
    example = "tipstat keys init --country XAA --recovery usb/recovery.key"
    does = "make, restore or take over the keys that the workspace lacks"
    made = in_workspace(verb(inner, "init", does, example))
    made.add_argument("--country", action="append", default=[], metavar="C", help="whose identity")
    made.add_argument(
        "--recovery", type=Path, metavar="FILE", help="write a new recovery key here, for a safe"
    )
    made.add_argument("--restore", type=Path, metavar="BUNDLE", help="keys/recovery.age, or a copy")
    made.add_argument("--linking", type=Path, metavar="FILE", help="what `keys hand` wrote")
    made.add_argument(
        "--unlock", type=Path, metavar="FILE", help="the private key; else a passphrase is asked"
    )
    shown = verb(inner, "show", "fingerprints, roles and permissions", "tipstat keys show")
    in_workspace(shown)
    in_workspace(verb(inner, "check", "prove every key; exit 3 if one fails", "tipstat keys check"))
    example = "tipstat keys rotate region"
    turned = in_workspace(verb(inner, "rotate", "give a key its next generation", example))
    turned.add_argument("key", metavar="KEY", help="as `tipstat keys show` names it")
    turned.add_argument("--country", metavar="C", help="the country whose identity key it is")
    example = "tipstat keys hand --to age1… -o linking.age"
    given = in_workspace(verb(inner, "hand", "the linking key for another country", example))
    given.add_argument("--country", metavar="C", help="its identity key too: for its own agency")
    given.add_argument("--to", metavar="AGE1", help="its public key; else a passphrase is asked")
    given.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def looking(verbs: Verbs) -> None:
    """layout, explorer, dagster."""
    group = verb(verbs, "layout", "how sources write their files", "tipstat layout list")
    inner = group.add_subparsers(dest="action", metavar="VERB", required=True)
    verb(inner, "list", "the layouts there are", "tipstat layout list")
    shown = verb(
        inner, "show", "the columns that a layout reads", "tipstat layout show unodc_glotip"
    )
    shown.add_argument("layout")
    example = "tipstat layout suggest list.xlsx -o our_list.yaml"
    drawn = verb(inner, "suggest", "draft a layout for a file, for you to confirm", example)
    drawn.add_argument("file", type=Path, metavar="FILE")
    drawn.add_argument("-o", "--output", type=Path, metavar="OUT.yaml", help="write the draft here")
    spoken = ("en", "es", "fr", "ar", "ru")
    drawn.add_argument("--language", default="en", choices=spoken, help="of the file")
    example = "tipstat explorer --workspace demo"
    pages = in_workspace(verb(verbs, "explorer", "pages over published releases", example))
    pages.add_argument("--port", type=int)
    example = "tipstat dagster --workspace region"
    served = in_workspace(verb(verbs, "dagster", "the runs of a workspace, as pages", example))
    served.add_argument("--port", type=int)


def parser() -> Parser:
    """The whole command line."""
    made = Parser(
        prog="tipstat",
        description="Protected, comparable statistics on trafficking in persons.",
        epilog=f"example:\n  tipstat demo\n\n{EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verbs = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    every = (making, sending, sealing, *RELEASING, comparing)
    for group in (*every, remembering, keeping, scanning, looking):
        group(verbs)
    return made
