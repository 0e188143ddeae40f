"""What pages of long lists share: the address of the page beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request, url_for

from hotline.store.paging import PagePlace


def onward(fields: Iterable[str]) -> Callable[..., str]:
    """Addresses with what this page was asked for: `onward(endpoint, place)`, `onward(e, unit=…)`.

    A value of "" leaves out what was asked for under that name.
    """
    asked = {name: request.args.get(name, "") for name in fields}

    def address(endpoint: str, place: PagePlace | None = None, **otherwise: Any) -> str:
        given = asked | otherwise | {"at": "" if place is None else str(place)}
        return url_for(endpoint, **{name: value for name, value in given.items() if value})

    return address
