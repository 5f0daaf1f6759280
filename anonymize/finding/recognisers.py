"""All recognisers of patterns, in one list; what finds names stands in `names`."""

from anonymize.finding.births import births
from anonymize.finding.cards import accounts
from anonymize.finding.documents import documents
from anonymize.finding.numbers import numbers
from anonymize.finding.online import online
from anonymize.finding.places import places
from anonymize.finding.reading import Recogniser
from anonymize.finding.streets import streets

RECOGNISERS: tuple[Recogniser, ...] = (
    *(accounts, births, documents, numbers),
    *(online, places, streets),
)
