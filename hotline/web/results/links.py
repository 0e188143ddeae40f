"""Where the results page leads on to: single precincts, earlier publications, and how to check."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from hotline.languages.catalogue import Language


@dataclass(frozen=True, slots=True)
class Links:
    """Text and address of each, in their order. `units`: of the county, or of all; None without."""

    units: tuple[str, str] | None
    checking: tuple[tuple[str, str], ...]


def links(words: Language, area: str, name: str) -> Links:
    """What the application has of them; `area` (the id of a scope) and its name may be empty."""
    checks = {
        "archive.publications": words.gettext("all publications"),
        "archive.latest_signature": words.gettext("this one’s signature"),
        "archive.key": words.gettext("the public key"),
    }
    units = None
    if "result_units.index" in current_app.view_functions:
        of_area = words.gettext("Precincts of {name}").format(name=name)
        said = of_area if area else words.gettext("Precinct by precinct")
        units = (said, url_for("result_units.index", area=area or None, lang=words.code))
    return Links(
        units=units,
        checking=tuple(
            (said, url_for(endpoint))
            for endpoint, said in checks.items()
            if endpoint in current_app.view_functions
        ),
    )
