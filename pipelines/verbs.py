"""What the verbs of the command line are made of, and those of nodes and packages."""

import argparse
from pathlib import Path
from typing import Any

from pipelines.errors import WRONG_USAGE

EXITS = "exit codes: 0 done, 1 the data has errors, 2 wrong usage, 3 environment, 4 our fault"
Verbs = Any


class Parser(argparse.ArgumentParser):
    """Shows an example under every help, and says how to get help on a wrong word."""

    def error(self, message: str) -> Any:
        self.exit(WRONG_USAGE, f"{message[0].upper()}{message[1:]}. Try: {self.prog} --help\n")


def verb(verbs: Verbs, name: str, does: str, example: str) -> Parser:
    """A verb of the command line; without an example there is none."""
    made: Parser = verbs.add_parser(
        name,
        help=does,
        description=does,
        epilog=f"example:\n  {example}\n\n{EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    return made


def in_workspace(parser: Parser) -> Parser:
    """The verb works on a workspace."""
    parser.add_argument(
        "--workspace",
        type=Path,
        metavar="FOLDER",
        help="the workspace; else TIPSTAT_WORKSPACE, else ./workspace",
    )
    return parser


def sealing(verbs: Verbs) -> None:
    """seal, card, welcome, senders, withdraw, destroy."""
    example = "tipstat seal list.csv --layout xaa_police --period 2026-Q1 -o police.tip"
    does = "check, strip and encrypt files for the region, offline; without files, the whole inbox"
    made = in_workspace(verb(verbs, "seal", does, example))
    made.add_argument("files", nargs="*", type=Path, metavar="FILE")
    made.add_argument("--layout", help="of the files; see: tipstat layout list")
    made.add_argument("--period", required=True, metavar="P", help="2026-Q1 or 2026")
    made.add_argument("--country", metavar="C", help="whose records; that of the workspace")
    made.add_argument("-o", "--output", type=Path, required=True, metavar="PACKAGE.tip")
    made.add_argument("--report", type=Path, metavar="OUT.html", help="what leaves and what not")
    made.add_argument("--language", default="en", choices=("en", "es", "fr", "ar", "ru"))
    example = "tipstat card --workspace region -o region.json"
    shown = in_workspace(verb(verbs, "card", "this node's public keys, to be given away", example))
    shown.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the card here")
    example = "tipstat welcome police.json --workspace region"
    does = "take packages of the node whose card this is; in a country, seal for this region"
    known = in_workspace(verb(verbs, "welcome", does, example))
    known.add_argument("card", type=Path, metavar="CARD")
    example = "tipstat senders --workspace region"
    in_workspace(verb(verbs, "senders", "whose packages a region takes, and what came", example))
    example = "tipstat withdraw police.json --workspace region"
    does = "take nothing more of a sender, whose key was stolen; what it sent is listed"
    gone = in_workspace(verb(verbs, "withdraw", does, example))
    gone.add_argument("sender", nargs="+", metavar="CARD|FINGERPRINT", help="see: tipstat senders")
    example = "tipstat destroy --period 2026-Q1 --workspace ministry"
    does = "in a country, destroy the raw files of a period that a package has"
    emptied = in_workspace(verb(verbs, "destroy", does, example))
    emptied.add_argument("--period", required=True, metavar="P", help="2026-Q1 or 2026")
    emptied.add_argument("--yes", action="store_true", help="do not ask")


def national(new: Parser) -> None:
    """What a country's own node is told when it is made."""
    new.add_argument("--role", default="regional", choices=("regional", "national"))
    new.add_argument("--country", default="", metavar="C", help="of a national node")
    new.add_argument("--region", type=Path, metavar="CARD", help="the card of its region")
    new.add_argument(
        "--recovery",
        metavar="PUBLIC",
        help="an age public key of the country, which opens its packages too; else one is made",
    )
