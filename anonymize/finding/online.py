"""What reaches a person on the network: mail and web addresses, handles."""

import re
from collections.abc import Iterator

from anonymize.finding.spans import Span

FORMS = {
    "EMAIL": re.compile(r"[^\s@]{1,200}@[^\s@]+\.[^\s@]+"),
    "URL": re.compile(r"\b(?:https?://|www\.|[\w-]{1,63}\.[a-z]{2,}/)\S+"),
    "HANDLE": re.compile(r"(?<!\S)@\w{3,}"),
}


def online(text: str) -> Iterator[Span]:
    """Mail and web addresses, handles that begin with @."""
    for kind, form in FORMS.items():
        yield from (Span(*m.span(), kind) for m in form.finditer(text))
