"""Names in scripts that write no spaces: by lists, forms of address and what a form asks for."""

import re
from functools import cache
from itertools import chain

import ahocorasick

from anonymize.finding.lists import DATA
from anonymize.finding.spans import Span

HAN, KANA, HANGUL, THAI = "\u3400-\u9fff", "\u3041-\u30ff", "\uac00-\ud7a3", "\u0e01-\u0e4e"
WRITTEN = re.compile(f"[{HAN}{KANA}{HANGUL}{THAI}]")
CUED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:姓名|名字|氏名|名前|お名前|当事人|受害人|被害人|申请人|申請人)\s*[:：]\s*([{HAN}{KANA}][{HAN}{KANA}· 　]{{1,12}})",
        rf"(?:我叫|名叫|我的名字是|私は|名前は)([{HAN}]{{2,4}})(?=[，,。、 \s（(]|$|です|と)",
        rf"(?<![{HAN}])([{HAN}]{{2,4}}?)(?:先生|女士|小姐|同志|太太|さん|様|氏|医生|律师|警官)",
        rf"(?:성명|이름|피해자|신청인)\s*[:：]?\s*([{HANGUL}]{{2,4}})",
        rf"(?<![{HANGUL}])([{HANGUL}]{{2,4}}?)\s?(?:씨|님|선생님|군|양)(?![가-힣]{{2}})",
        rf"(?:นาย|นางสาว|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|ดร\.|คุณ|ชื่อ-สกุล\s*[:：]|ชื่อ\s*[:：])\s*([{THAI}]{{2,20}}(?:\s[{THAI}]{{2,25}})?)",
    )
)


@cache
def given() -> tuple[ahocorasick.Automaton, frozenset[str]]:
    """Given names as one automaton, and the family names that may stand before them."""
    family, names = (DATA / "native.txt").read_text(encoding="utf-8").splitlines()
    automaton = ahocorasick.Automaton()
    for name in names.split(" "):
        automaton.add_word(name, len(name))
    automaton.make_automaton()
    return automaton, frozenset(family.split(" "))


def listed(text: str) -> list[Span]:
    """A family name and right after it, or after one space, a given name; Thai the other way."""
    automaton, families = given()
    found = []
    for last, length in automaton.iter(text):
        start = last + 1 - length
        before = start - 1 if start and text[start - 1] in " 　" else start
        for size in (1, 2, 3, 4):
            if before >= size and text[before - size : before] in families:
                found.append(Span(before - size, last + 1, "PERSON"))
    return found


def native(text: str) -> list[Span]:
    """The spans of names in Chinese, Japanese, Korean and Thai."""
    if not WRITTEN.search(text):
        return []
    cued = chain.from_iterable(pattern.finditer(text) for pattern in CUED)
    return [*(Span(*found.span(1), "PERSON") for found in cued), *listed(text)]
