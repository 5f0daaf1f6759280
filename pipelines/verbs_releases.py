"""Verbs of the command line between a candidate and what is done with a release."""

from pathlib import Path

from pipelines.verbs import Verbs, in_workspace, verb

RELEASE, TEXT = "TIP-2020Q4-v1", "no names and nothing of a person"
PORT = 8610
CONFIRMED = "who has seen that the text names nobody, where its language is not known well"


def releasing(verbs: Verbs) -> None:
    """audit, release list, show, diff, revisions, export."""
    tried = verb(verbs, "audit", "attack the tables of a release", f"tipstat audit {RELEASE}")
    in_workspace(tried).add_argument("release")
    group = verb(
        verbs, "release", "candidates and releases", "tipstat release list --workspace region"
    )
    inner = group.add_subparsers(dest="action", metavar="VERB", required=True)
    in_workspace(verb(inner, "list", "candidates and releases", "tipstat release list"))
    shown = verb(inner, "show", "what a release holds", f"tipstat release show {RELEASE}")
    in_workspace(shown).add_argument("release")
    example = f"tipstat release diff {RELEASE} TIP-2021Q1-v1"
    two = in_workspace(verb(inner, "diff", "what one release says otherwise", example))
    two.add_argument("before", metavar="RELEASE")
    two.add_argument("after", metavar="RELEASE")
    example = "tipstat release revisions TIP-2021Q1-v1"
    told = in_workspace(verb(inner, "revisions", "what earlier releases said otherwise", example))
    told.add_argument("release")
    deciding(inner)
    example = f"tipstat export {RELEASE} --format csv -o tables"
    files = in_workspace(verb(verbs, "export", "a release as files", example))
    files.add_argument("release")
    files.add_argument("--format", default="csv", choices=("csv",))
    files.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    what = "public: the tables for everybody; partner: all of them"
    files.add_argument("--tier", default="public", choices=("public", "partner"), help=what)
    files.add_argument("--language", default="en", choices=("en", "es", "fr"))


def deciding(inner: Verbs) -> None:
    """release preview, open, review, publish, withdraw."""
    example = f"tipstat release preview {RELEASE} --country XAA -o xaa.preview"
    does = "what will be published about a country, and what became of its rows; for it alone"
    seen = in_workspace(verb(inner, "preview", does, example))
    seen.add_argument("release")
    seen.add_argument("--country", required=True, metavar="C")
    seen.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    seen.add_argument("--language", default="en", choices=("en", "es", "fr", "ar"))
    does = "to which node it is sealed, where a country has several: as `tipstat senders` shows it"
    seen.add_argument("--card", default=(), nargs="+", metavar="FINGERPRINT", help=does)
    example = "tipstat release open xaa.preview -o preview --workspace ministry"
    does = "a page and two lists out of a preview, at the node of the country it is for"
    taken = in_workspace(verb(inner, "open", does, example))
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    example = (
        f"tipstat release review {RELEASE} --candidate 3f2a91bc --decision approve --key me.pem"
    )
    judged = in_workspace(verb(inner, "review", "approve a candidate, or reject it", example))
    judged.add_argument("release")
    judged.add_argument("--decision", required=True, choices=("approve", "reject"))
    judged.add_argument(
        "--candidate",
        required=True,
        metavar="CHECKSUM",
        help="what you have looked at: the checksum that `release show` prints, or its beginning",
    )
    judged.add_argument("--key", type=Path, required=True, metavar="FILE", help="your own key")
    judged.add_argument("--comment", metavar="TEXT", help=f"why; {TEXT}; needed to reject")
    judged.add_argument("--confirmed-by", metavar="NAME", help=CONFIRMED)
    does = "sign for everybody what two reviewers approved"
    out = in_workspace(verb(inner, "publish", does, f"tipstat release publish {RELEASE}"))
    out.add_argument("release")
    example = f"tipstat release withdraw {RELEASE} --reason 'A quarter of one country was doubled.'"
    does = "take the numbers of a release away; its id answers with the reason"
    gone = in_workspace(verb(inner, "withdraw", does, example))
    gone.add_argument("release")
    gone.add_argument("--reason", required=True, metavar="TEXT", help=f"for readers; {TEXT}")
    gone.add_argument("--confirmed-by", metavar="NAME", help=CONFIRMED)


def reviewing(verbs: Verbs) -> None:
    """reviewer init, welcome; log show, verify."""
    example = "tipstat reviewer welcome ba.json --workspace region"
    group = verb(verbs, "reviewer", "who may approve releases, and by which key", example)
    inner = group.add_subparsers(dest="action", metavar="VERB", required=True)
    example = "tipstat reviewer init --name 'A. Ba' --key ba.pem -o ba.json"
    new = verb(inner, "init", "your own key, which you keep, and a card to give away", example)
    new.add_argument("--name", required=True, help="as tipstat.toml has it")
    new.add_argument("--key", type=Path, required=True, metavar="FILE", help="write the key here")
    new.add_argument("-o", "--output", type=Path, required=True, metavar="CARD")
    does = "count the reviews of whoever has this card"
    known = in_workspace(verb(inner, "welcome", does, "tipstat reviewer welcome ba.json"))
    known.add_argument("card", type=Path, metavar="CARD")
    group = verb(verbs, "log", "the log of decisions", "tipstat log verify --workspace region")
    inner = group.add_subparsers(dest="action", metavar="VERB", required=True)
    told = in_workspace(verb(inner, "show", "who decided what, and when", "tipstat log show"))
    told.add_argument("--release", metavar="R", help="about this one only")
    does = "whether a line was changed, removed or moved; exit 1 if so"
    in_workspace(verb(inner, "verify", does, "tipstat log verify"))


def serving(verbs: Verbs) -> None:
    """portal, portal link."""
    does, example = "pages on which reviewers look and decide", "tipstat portal --workspace region"
    served = in_workspace(verb(verbs, "portal", does, example))
    served.add_argument("--port", type=int, default=PORT)
    inner = served.add_subparsers(dest="action", metavar="VERB")
    example = f"tipstat portal link {RELEASE} --key ba.pem"
    does = "your way in: a link that works once, within ten minutes"
    made = verb(inner, "link", does, example)
    made.add_argument("release")
    made.add_argument("--key", type=Path, required=True, metavar="FILE", help="your own key")
    made.add_argument("--address", default=f"http://127.0.0.1:{PORT}", metavar="URL")


RELEASING = (releasing, reviewing, serving)
