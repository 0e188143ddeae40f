"""Lists, as Twilio's REST interface pages through them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from hotline.sandbox.rest.resources import Json

MAX_PAGE = 1000


def page(name: str, everything: list[Json]) -> Json:
    """One page of a list, as `Page` and `PageSize` ask for."""
    size = min(max(request.args.get("PageSize", 50, int), 1), MAX_PAGE)
    number = max(request.args.get("Page", 0, int), 0)
    rows = everything[number * size : (number + 1) * size]

    def uri(place: int) -> str:
        query = request.args.to_dict() | {"Page": str(place), "PageSize": str(size)}
        return f"{request.path}?{urlencode(query)}"

    return {
        name: rows,
        "start": number * size,
        "end": number * size + len(rows) - 1,
        "page": number,
        "page_size": size,
        "uri": uri(number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if (number + 1) * size < len(everything) else None,
        "previous_page_uri": uri(number - 1) if number else None,
    }
