"""Where the results page leads on to: single precincts, earlier publications, and how to check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import current_app, url_for


@dataclass(frozen=True, slots=True)
class LinkWords:
    """The links' texts in one language; the brace holds a county's name."""

    units: str
    units_of: str
    also: str
    counties: str
    publications: str
    signature: str
    key: str
    checking: str


@dataclass(frozen=True, slots=True)
class Links:
    """Text and address of each, in their order. `units`: of the county, or of all; None without."""

    units: tuple[str, str] | None
    checking: tuple[tuple[str, str], ...]
    words: LinkWords


def links(language: str, area: str, name: str) -> Links:
    """What the application has of them; `area` (the id of a scope) and its name may be empty."""
    words = WORDS[language]
    checks = {
        "archive.publications": words.publications,
        "archive.latest_signature": words.signature,
        "archive.key": words.key,
    }
    units = None
    if "result_units.index" in current_app.view_functions:
        said = words.units_of.format(name=name) if area else words.units
        units = (said, url_for("result_units.index", area=area or None, lang=language))
    return Links(
        units=units,
        checking=tuple(
            (said, url_for(endpoint))
            for endpoint, said in checks.items()
            if endpoint in current_app.view_functions
        ),
        words=words,
    )


ENGLISH = LinkWords(
    units="Precinct by precinct",
    units_of="Precincts of {name}",
    also="Also:",
    counties="a file for each county",
    publications="all publications",
    signature="this one’s signature",
    key="the public key",
    checking="To check them",
)
SPANISH = LinkWords(
    units="Recinto por recinto",
    units_of="Recintos de {name}",
    also="Además:",
    counties="un archivo por condado",
    publications="todas las publicaciones",
    signature="la firma de esta",
    key="la clave pública",
    checking="Para comprobarlas",
)
WORDS: Mapping[str, LinkWords] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
