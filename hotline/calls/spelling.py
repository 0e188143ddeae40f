"""Names that are written for lists, spelled for the ear: what a voice misreads, and what is right.

A voice says `#2` as "hash two", `2-3` as "two to three" or a date, `IA` and `TWP` letter by letter,
and words in capitals one way or the other. The election's folder has the spelled names in its
columns `spoken` and `spoken_es`; what is here finds those that are missing, and proposes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from hotline.languages.catalogue import SOURCE, Language, language

NO_WORD = re.compile(r"(?!(?:Mr|Mrs|Dr|Jr|Sr)\b)[BCDFGHJ-NP-TVWXZ][b-df-hj-np-tvwxz]+")
"""What has no vowel."""

MISREAD = re.compile(
    r"""
    [^\w\s.,:;'’"“”()?-] | _                   # signs: #2, Grant/Sheridan, Cedar & Clay
    | \d+-\d+ | (?<!\w)-|-(?!\w)                 # 2-3, and dashes between words
    | \b\d+(?!(?:st|nd|rd|th)\b)[^\W\d_]         # 1NW, 10A; 3rd is read well
    | [^\W\d_]\d                                 # B11, Hiawatha4
    | \b0\d                                      # Precinct 07
    | \b[A-Z]{2,}\b                              # IA, TWP, ADAIR, WARD III
    | \b(?:Twps?|Pct|St|Mt|Ft|Rm|No|pt|Ctr)\b    # what is written shorter than it is said
    | \b{no_word}\b                              # Mrhg, Wf
    """.replace("{no_word}", NO_WORD.pattern),
    re.VERBOSE,
)
"""What a voice says otherwise than people do."""

SHORT_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "twp": "Township",
        "twps": "Townships",
        "pct": "Precinct",
        "no": "number",
        "st": "Saint",
        "mt": "Mount",
        "ft": "Fort",
        "rm": "Room",
        "ctr": "Center",
        "pt": "part of",
        "n": "North",
        "e": "East",
        "s": "South",
        "w": "West",
        "ne": "North East",
        "nw": "North West",
        "se": "South East",
        "sw": "South West",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
        "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia",
        "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa",
        "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
        "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
        "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
        "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
        "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
        "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee",
        "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
        "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "DC": "D C",
    }
)  # fmt: skip
SMALL = frozenset({"OF", "AND", "THE", "AT", "IN", "ON", "FOR"})
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
VOWELS = "AEIOUY"


def misread(text: str) -> tuple[str, ...]:
    """The pieces of a name that a voice misreads, in order; none where it is said as written."""
    return tuple(dict.fromkeys(piece.strip() for piece in MISREAD.findall(text)))


_RESPELLED = (
    (r"\s*(?:#|\bNo\.)\s*(?=\d)", " number "),
    (r"\bW-?(?=\d+\b)", "Ward "),
    (r"\bP-?(?=\d+\b)", "Precinct "),
    (r",\s+([A-Z]{2})\b(?= - |$)", lambda found: f", {STATES.get(found[1], found[1])}"),
    (r"\b(\d+)-(?=\d)", r"\1 dash "),
    (r"_|(?<=[^\W\d])-(?=\d)", " "),
    (r"\s*[/();:]\s*|\s+-\s*|\s*-\s+|(?<=\w)-(?=[^\W\d_]{2})|\s+@\s+", ", "),
    (r"\s*[&+]\s*", " and "),
    (r"(?i)\d+(?!(?:st|nd|rd|th|am|pm)\b)(?=[^\W\d_])|[^\W\d_](?=\d)", r"\g<0> "),
)
"""Signs, and letters and digits run together, to what is said instead; in this order."""


@lru_cache(maxsize=4096)
def spell(name: str, code: str = SOURCE) -> str:
    """A name as a voice should say it in a language (ISO 639-1): `WARD II/E UNION TWP` as `Ward 2,
    East Union Township`. What only people of the place can read is said letter by letter.
    """
    for pattern, said in _RESPELLED:
        name = re.sub(pattern, said, name)
    words = re.findall(r"[\w'’.\-]+|,", name)
    around = zip(["", *words[:-1]], words, [*words[1:], ""], strict=True)
    text = " ".join(_word(word, before, after) for before, word, after in around)
    text = re.sub(r"(?:\s*,)+", ",", text).strip(" ,")
    return text if code == SOURCE else _in_language(text, language(code))


def _word(word: str, before: str, after: str) -> str:
    """One word; those beside it tell a Roman numeral or a point of the compass from initials."""
    bare = word.rstrip(".")
    if bare.isdecimal():
        return str(int(bare))
    if re.fullmatch(r"\d+(st|nd|rd|th)", bare, re.I):
        return bare.lstrip("0").lower()
    if bare in ROMAN and len(before) > 2 and before.isalpha():
        return str(ROMAN.index(bare) + 1)
    if len(bare) == 1 and (_is_initial(before) or _is_initial(after)):
        return bare
    if bare.lower() in SHORT_FORMS and (bare.istitle() or bare != word or bare.isupper()):
        return SHORT_FORMS[bare.lower()]
    if bare.isupper() and len(bare) > 1:
        return _capitals(bare, before)
    return " ".join(bare.upper()) if NO_WORD.fullmatch(bare) else bare


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _capitals(word: str, before: str) -> str:
    """A word in capitals is a word if it can be spoken; initials are said one by one."""
    if word in SMALL and before not in ("", ","):
        return word.lower()
    is_word = len(word) > 2 and set(word) & set(VOWELS) and not re.match(f"[^{VOWELS}]{{4}}", word)
    return word.title().replace("'S", "'s") if is_word else " ".join(word.replace("'", ""))


def _in_language(text: str, words: Language) -> str:
    """The common nouns of a name in another language; names of places stay as they are."""
    return ", ".join(_piece_in_language(piece, words) for piece in text.split(", "))


def _piece_in_language(piece: str, words: Language) -> str:
    for pattern, text in _common_nouns(words).items():
        if found := re.search(pattern, piece):
            said = text.format(**found.groupdict())
            piece = piece[: found.start()] + said + piece[found.end() :]
    return piece


def _common_nouns(words: Language) -> Mapping[str, str]:
    """Pattern of a piece of an English name, to what the language says for it."""
    ward = words.pgettext("in a precinct's name", "Ward {n}")
    return {
        r"^(?!.*\b(?:Ward|Precinct)\b)(?P<name>.+) Townships?$": words.pgettext(
            "in a precinct's name", "{name} Township"
        ),
        r"\b(?P<n>\d+)(?:st|nd|rd|th) Ward\b": ward,
        r"\bWard (?P<n>\w+)\b": ward,
        r"\b(?P<n>\d+)(?:st|nd|rd|th)\b": "{n}",
        r"^(?P<n>.+) Precinct$": words.pgettext("in a precinct's name", "Precinct {n}"),
        r"\bPrecinct (?P<n>\w+)\b": words.pgettext("in a precinct's name", "Precinct {n}"),
        r"\bnumber (?P<n>\d+)\b": words.pgettext("in a precinct's name", "number {n}"),
        r"\bdash\b": words.pgettext("in a precinct's name", "dash"),
        r"^City of (?P<name>.+)$": words.pgettext("in a precinct's name", "City of {name}"),
        r"\band\b": words.pgettext("in a precinct's name", "and"),
        r"\bNorth East\b": words.pgettext("in a precinct's name", "North East"),
        r"\bNorth West\b": words.pgettext("in a precinct's name", "North West"),
        r"\bSouth East\b": words.pgettext("in a precinct's name", "South East"),
        r"\bSouth West\b": words.pgettext("in a precinct's name", "South West"),
    }
