"""How much of invented numbers and addresses of many countries the patterns find, and how fast.

`python -m benchmarks.patterns` fills sentences with what Faker invents for each country, and prints
per kind how many are covered whole, and where fewer than nine in ten are. Some of its plates and
streets exist nowhere. Presidio's own recognisers of patterns read the same texts.
"""

import time
from collections import Counter
from collections.abc import Sequence

from faker import Faker

from anonymize.finding.spans import Span
from anonymize.text import patterns

EACH, SEED, FEW = 24, 11, 0.9
# So many of each kind and country tell a ratio of times.
SHORT = 6
COUNTRIES = (
    *("en_US", "en_GB", "en_IN", "en_CA", "en_AU", "es_ES", "es_MX", "es_AR", "es_CO"),
    *("es_CL", "fr_FR", "fr_CA", "pt_BR", "pt_PT", "it_IT", "de_DE", "nl_NL", "ro_RO"),
    *("ru_RU", "uk_UA", "bg_BG", "hr_HR", "tr_TR", "pl_PL", "cs_CZ", "hu_HU", "el_GR"),
    *("he_IL", "ar_SA", "fa_IR", "hi_IN", "th_TH", "vi_VN", "id_ID", "zh_CN", "ja_JP"),
    *("ko_KR", "sv_SE", "no_NO", "da_DK", "fi_FI", "et_EE", "lt_LT", "lv_LV", "sl_SI"),
    *("ka_GE", "sq_AL"),
)
SENTENCES = {
    "phone_number": ("{}", "Phone: {}", "she used {} to call the agency"),
    "ssn": ("ID no. {}", "document {}", "{}"),
    "iban": ("IBAN {}", "paid to {} in May"),
    "credit_card_number": ("card {}", "with {} online"),
    "email": ("{}", "write to {}, please"),
    "ipv4": ("from {} at night",),
    "url": ("see {} today",),
    "passport_number": ("passport {}",),
    "license_plate": ("plate {}", "car {}"),
    "street_address": ("lives at {}", "{}", "found in {} on Monday"),
    "address": ("lives at {}", "{}", "She was taken to {} that night."),
}
PRESIDIO = (
    *("CreditCardRecognizer", "CryptoRecognizer", "IbanRecognizer", "PhoneRecognizer"),
    *("IpRecognizer", "UsSsnRecognizer", "UsPassportRecognizer", "UsLicenseRecognizer"),
    *("UsItinRecognizer", "UsBankRecognizer", "MedicalLicenseRecognizer", "DateRecognizer"),
)
Filled = tuple[str, int, int]


def filled(country: str, kind: str, each: int = EACH) -> list[Filled]:
    """So many sentences with what is invented for a country, and where in them it stands."""
    Faker.seed(SEED)
    invent = getattr(Faker(country), kind, None)
    if invent is None:
        return []
    rows = []
    for number in range(each):
        sentence, text = SENTENCES[kind][number % len(SENTENCES[kind])], str(invent())
        start = sentence.index("{}")
        rows.append((sentence.format(text), start, start + len(text)))
    return rows


def is_covered(row: Filled, spans: Sequence[Span]) -> bool:
    """Whether every letter and digit of what was filled in is in a span."""
    text, start, end = row
    places = [place for place in range(start, end) if text[place].isalnum()]
    return all(any(span.start <= place < span.end for span in spans) for place in places)


def recall(each: int) -> None:
    """Print a line a kind: how many, the share covered, and the countries with fewer."""
    for kind in SENTENCES:
        there, covered = Counter[str](), Counter[str]()
        for country in COUNTRIES:
            rows = filled(country, kind, each)
            every = patterns(row[0] for row in rows)
            there[country] = len(rows)
            covered[country] = sum(map(is_covered, rows, every))
        few = [f"{c} {covered[c] / n:.2f}" for c, n in there.items() if n and covered[c] < FEW * n]
        share = covered.total() / max(there.total(), 1)
        print(f"{kind:20} {there.total():6} {share:6.3f}  {', '.join(few)}")


def speed(each: int) -> None:
    """Print the processor time of the first stage beside Presidio's recognisers of patterns."""
    import presidio_analyzer.predefined_recognizers as known

    rows = (filled(country, kind, each) for country in COUNTRIES for kind in SENTENCES)
    texts = [row[0] for some in rows for row in some]
    joined = ["\n".join(texts[start : start + 10]) for start in range(0, len(texts), 10)]
    size = sum(len(text.encode()) for text in joined) / 1e6
    theirs = [getattr(known, name)(supported_language="en") for name in PRESIDIO]
    for one in theirs:
        one.analyze(joined[0], one.supported_entities, None)
    begun = time.process_time()
    patterns(joined)
    ours = time.process_time() - begun
    for text in joined:
        for one in theirs:
            one.analyze(text, one.supported_entities, None)
    presidio = time.process_time() - begun - ours
    times = presidio / ours
    print(f"{size:.2f} MB in {ours:.2f} s; {len(theirs)} of Presidio's take {times:.1f} times that")


def main(each: int = EACH) -> None:
    """Print what is found of so many of each kind and country, and the pace beside Presidio's."""
    recall(each)
    speed(each)


if __name__ == "__main__":
    main()
