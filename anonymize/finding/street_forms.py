"""What a street address is made of, in the patterns that `streets` puts together."""

import re

from anonymize.finding.postcodes import POSTCODE
from anonymize.finding.words import CAPITAL, alternatives

LETTER = r"[^\W\d_]"
HOUSE_WORD = rf"(?:(?i:{alternatives('house')})[.:°º]{{0,2}} ?)"
ORDINAL = (
    rf"\d{{1,3}}(?:(?i:{alternatives('ordinal')})(?!\w)|(?= (?:{alternatives('after number')}) ))"
)
WORD = rf"(?:(?!{HOUSE_WORD}\d){CAPITAL}[\w'.-]{{0,30}}+(?!/)|{ORDINAL})"
PARTICLE = rf"(?:(?:{alternatives('particle')}) |[dl]')"
NAME = rf"{PARTICLE}{{0,3}}{WORD}(?: (?:- )?{PARTICLE}{{0,2}}{WORD}){{0,5}}"
# A number, half of a double one, a letter; before the name another number may stand (a flat).
LAST = (
    rf"(?:[ -]?{LETTER}(?!\w|\.? ?\d))?(?:(?: ?[-/] ?| )\d{{1,4}}(?!\d|[.,]\d)(?:{LETTER}(?!\w))?)?"
)
HOUSE = rf"(?:\d{{1,4}}|\d{{5}}(?! {CAPITAL}))(?!\d|[.,]\d){LAST}"
FLAT_HOUSE = rf"(?:\d{{1,4}}[ /-])?\d{{1,6}}(?!\d|[.,]\d){LAST}"
KILOMETRE = r"(?i:km) ?\d{1,4}(?:[.,]\d{1,3})?"
NUMBER = (
    rf"(?:[., ]{{0,3}}{HOUSE_WORD}{{1,2}}{HOUSE}|[, ]{{0,3}}{HOUSE}(?: [ye] \d{{1,4}})?"
    rf"|[, ]{{1,2}}(?i:s ?/ ?n)(?!\w)|[ ,]{{1,2}}{KILOMETRE})"
)
TAIL = re.compile(
    rf"(?:(?:[,;.]|\s-)?\s{{0,2}}(?:(?:{alternatives('unit')})[. :º°]{{0,3}}"
    rf"(?:[\w-]{{0,3}}\d[\w-]{{0,4}}|[A-Z])(?!\w)"
    rf"|(?:{alternatives('aside')})(?!\w)[.]?(?: [A-Z](?!\w))?"
    rf"|\d{{1,2}}(?:{alternatives('ordinal')}) (?:{alternatives('floor')})(?!\w)"
    r"|(?<=,)\s?\d{1,3}[ºª°]?(?!\d|[.,-]\d)(?:,? ?[A-Z](?!\w))?|(?<=,) ?[A-Z](?!\w)"
    r"|\d{1,3}\.? ?[ºª°]\s?[A-Za-z]?(?:[ ,-]{0,2}\d{0,2}[ºª°]?[A-Z]?(?!\w))?|\d{1,2} ?[A-H](?!\w))"
    r"(?<=[\w.ºª°])){1,6}",
    re.IGNORECASE,
)
TOWN = rf"{WORD}(?:[ -]{PARTICLE}?{WORD}){{0,3}}"
REGION = rf"(?: ?/ ?[A-Z]{{2}}(?!\w)| ?\([A-Z]{{2}}\)|, ?{TOWN}(?=[.,;\n]|$))?"
CITY = re.compile(
    rf"(?:[.,;]?\s{{1,3}}|\s?-\s?|,){POSTCODE}(?:[.,]?\s{{1,2}}{TOWN})?{REGION}"
    rf"|(?:[,\s]{{1,5}}{TOWN}){{1,3}}[,\s]{{1,4}}{POSTCODE}(?:[.,]? {TOWN})?{REGION}"
    rf"|(?:\n{TOWN})?(?:,\s{{0,2}}{TOWN}){{1,3}}(?:, ?\d{{4,8}}(?!\d))?"
)
# After the word for a street, then before it: in capitals, or in small letters with a number.
FORWARD = re.compile(
    rf"(?:(?<!{LETTER}{{5}})\. ?| )? ?"
    rf"(?P<name>\"?(?<=[. /\"]){NAME}\"?(?: {LETTER}{{3,20}}(?={NUMBER}))?"
    rf"|(?<=[. ])\d{{1,3}}[A-Z]?)"
    rf"(?P<house>{NUMBER})?"
)
SMALL_WORDS = (
    rf"(?=(?:[^\W\d_]{{1,3}} ){{0,2}}{LETTER}{{3}}){LETTER}{{1,20}}\.?(?: {LETTER}{{1,20}}){{0,3}}?"
)
FORWARD_SMALL = re.compile(rf"[. ]{{1,3}}(?P<name>{SMALL_WORDS})(?P<house>{NUMBER})")
JUST_NUMBER = re.compile(rf"[. ]{{0,2}}(?P<name>)(?P<house>{NUMBER})")
BIS = r"(?: ?(?:bis|ter))?"
BEFORE = re.compile(
    rf"(?:(?<![\w.,-])(?P<house>{FLAT_HOUSE}{BIS}),?\s{{1,2}})?(?:{WORD}[ -]|[NSEW]\.? ){{1,5}}\Z"
)
BEFORE_SMALL = re.compile(
    rf"(?<![\w.,-])(?P<house>{FLAT_HOUSE}),? (?:{LETTER}{{3,20}}\.? ){{1,3}}\Z"
)
BEFORE_RUE = re.compile(
    rf"(?<![\w.,-])(?:{HOUSE_WORD})?{FLAT_HOUSE}{BIS},? ?(?:de la |de l'|du )?\Z", re.IGNORECASE
)
CITY_BEFORE = re.compile(
    rf"(?:(?<!\w)(?:{alternatives('place')})\.? ?{CAPITAL}[\w-]+(?: {CAPITAL}[\w-]+)?"
    r"(?: \([^)\n]{1,12}\))?, ?){1,3}\Z"
)
AFTER = re.compile(rf"\.?{NUMBER}")
# After a word such as "address", with a colon: the line; else names and a number, in either order.
LINE = re.compile(
    r"\s?[:=]\s{0,3}(?P<line>(?:[^\n:;]|:(?=\S)){4,90}?)"
    r"(?=[ .,;]*(?:\n|$)|; |(?<=\w{5})\. |,? [^\W\d_]+ ?: )"
)
HOME = re.compile(
    rf"[: ,]{{0,3}}\s?(?:(?:{alternatives('sentence')}|{alternatives('particle')}) ){{0,3}}"
    rf"(?P<line>{FLAT_HOUSE}{BIS},? {{1,2}}{NAME}(?:{NUMBER})?|{NAME}{NUMBER})"
)
VALUED = re.compile(r"[ .:°º-]{0,3}(?:no[. ]{0,2})?(?:[A-Z]{0,2}-?\d[\w-]{0,5}|[A-Z](?![\w']))")
# A name and a number before a flat, or before a postcode and its town, need no word for a street.
NAMED = rf"(?:{FLAT_HOUSE}{BIS},? {{1,2}}{NAME}(?:{NUMBER})?|{NAME}{NUMBER})"
BEFORE_UNIT = re.compile(rf"(?<![\w.,-]){NAMED}[,.]?\s{{0,3}}\Z")
NEAR_TOWN = re.compile(
    rf"\d(?:(?<=[,.\n]\d)\d{{3}}|(?<=[,.\n] \d)\d{{3}}|\d{{4,5}})(?!\d)"
    rf"(?=,? {CAPITAL}|-\d{{3}}|[.,;)]?\s*(?:\Z|\n))"
)
BEFORE_POSTCODE = re.compile(
    rf"(?<![\w.,-]){NAMED}(?i:{TAIL.pattern})?(?:[,.]?\s{{1,3}}{TOWN}){{0,3}}[,.]?"
    rf"\s{{1,3}}(?:[-(] ?)?(?:[A-Z]{{1,2}}-)?\Z"
)
CODE = re.compile(rf"{POSTCODE}(?:[.,]?\s{{1,2}}{TOWN})?{REGION}")
HAN = re.compile(
    r"(?:[\u3040-\u30ff\u4e00-\u9fff]{2,25}\d{0,5}-?){1,2}(?:\d{1,5}(?:-\d{1,4})?|[A-Za-z])\Z"
)
HAN_TAIL = re.compile(
    r"(?:\d{1,4}(?:[-号號番]\d{0,4})?(?:室|楼|樓|单元|栋|幢|号|號|番)?){1,4}(?: \d{6}(?!\d))?"
)
SENTENCE = re.compile(rf"(?:^|\s)(?:{alternatives('sentence')})(?:\s|$)")
YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
