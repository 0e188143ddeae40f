"""The languages that results are published in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hotline.web.results.english import ENGLISH
from hotline.web.results.labels import Labels
from hotline.web.results.spanish import SPANISH

LANGUAGES: Mapping[str, Labels] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
