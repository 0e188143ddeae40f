"""`election.toml` as a JSON Schema: for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hotline.election.folder.description import (
    CONTEST,
    CONTEST_REQUIRED,
    IDENTIFIER,
    LINES,
    MOST_LANGUAGES,
    MOST_SEATS,
    POLICY,
    TOP,
    TOP_REQUIRED,
)
from hotline.election.naming import LABEL, SPOKEN
from hotline.election.rules import registry
from hotline.languages.catalogue import available

_TYPES: Mapping[type, Mapping[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date"},
    list: {"type": "array"},
    dict: {"type": "object"},
}
_NAMES = {f"^({LABEL}|{SPOKEN})[a-z]{{2}}$": {"type": "string"}}


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12, of the TOML once it is read; a date is its ISO form."""
    found = _object(TOP, TOP_REQUIRED, _NAMES)
    found["properties"] |= {
        "id": {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"},
        "languages": {
            "type": "array",
            "items": {"enum": list(available())},
            "minItems": 1,
            "maxItems": MOST_LANGUAGES,
            "uniqueItems": True,
        },
        "lines": _object(LINES, (), {}),
        "policy": _positive(_object(POLICY, (), {})),
        "contests": {"type": "array", "minItems": 1, "items": _contest()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "election.toml of an election folder",
        **found,
    }


def _contest() -> dict[str, Any]:
    found = _object(CONTEST, CONTEST_REQUIRED, _NAMES)
    found["properties"] |= {
        "id": {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"},
        "rule": {"enum": list(registry.names())},
        "seats": {"type": "integer", "minimum": 1, "maximum": MOST_SEATS},
        "rare": {"type": "array", "items": {"type": "string"}},
    }
    return found


def _object(
    kinds: Mapping[str, type], required: Iterable[str], patterns: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": {key: dict(_TYPES[kind]) for key, kind in kinds.items()},
        "required": list(required),
        "additionalProperties": False,
    }
    return found | ({"patternProperties": dict(patterns)} if patterns else {})


def _positive(table: dict[str, Any]) -> dict[str, Any]:
    for value in table["properties"].values():
        value["minimum"] = 1
    return table
