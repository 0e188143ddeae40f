"""What was published, each form of it made once and kept: a night's readers cost a look-up each."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, request

from hotline.operations.ttl_cache import FOREVER, TimedCache
from hotline.store.publication.publications import Publication

log = logging.getLogger(__name__)

Latest = Callable[[], Publication | None]

FRESH = "public, max-age=1"
"""Longer, and readers would see a publication late; at all, so that a cache in front of us helps
against a crowd."""

KEPT_FORMS = 512
"""How many forms of a publication are kept: pages by language, order and county; the data of all
counties together, and of each."""


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """One finished answer, plain and squeezed."""

    body: bytes
    squeezed: bytes
    etag: str
    mimetype: str

    @classmethod
    def of(cls, content: str | bytes, mimetype: str) -> CachedResponse:
        body = content.encode() if isinstance(content, str) else content
        etag = sha256(body).hexdigest()[:20]
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0), etag, mimetype)


class ResponseCache:
    """The forms of one edition, each made once however many ask for it at the same moment.

    An edition is what one publication says at one time. The next one takes the place of all.
    """

    def __init__(self, size: int = KEPT_FORMS) -> None:
        self._edition: Hashable = None
        self._forms: TimedCache[Hashable, CachedResponse] = TimedCache(FOREVER, size=size)

    def get(
        self, edition: Hashable, name: Hashable, make: Callable[[], CachedResponse]
    ) -> CachedResponse:
        def first_of_its_edition() -> CachedResponse:
            form = make()
            if edition != self._edition:
                self._forms.clear()
                self._edition = edition
            return form

        return self._forms.get((edition, name), first_of_its_edition)


@dataclass(frozen=True, slots=True)
class KnownPublication:
    """What there is to show. `stale_since`: newer ones could not be read from then on (UTC)."""

    publication: Publication
    stale_since: datetime | None = None

    @property
    def document(self) -> dict[str, Any]:
        return {**self.publication.document, "number": self.publication.number}

    @property
    def edition(self) -> Hashable:
        p = self.publication
        return p.number, p.etag, p.refused_since, p.refused_reason, self.stale_since


class Newest:
    """Asks for the latest publication at most once in `recheck`, and remembers the answer.

    When it cannot be had, the one before stands, and says since when. Raises what `latest` raised
    only when nothing was ever read.
    """

    def __init__(self, latest: Latest, recheck: timedelta, now: Callable[[], datetime]) -> None:
        self._latest = latest
        self._now = now
        self._known: KnownPublication | None = None
        self._cache: TimedCache[str, KnownPublication | None] = TimedCache(
            recheck.total_seconds(), stale=FOREVER, clock=lambda: now().timestamp()
        )

    def get(self) -> KnownPublication | None:
        found = self._cache.get("latest", self._ask)
        if found is None:  # the first publication is seen at once
            self._cache.clear()
        return found

    def _ask(self) -> KnownPublication | None:
        try:
            publication = self._latest()
        except Exception:
            if self._known is None:
                raise
            log.exception("the latest publication cannot be read; the one before stands")
            since = self._known.stale_since or self._now()
            self._known = KnownPublication(self._known.publication, since)
        else:
            self._known = KnownPublication(publication) if publication else None
        return self._known


def answer(form: CachedResponse) -> Response:
    """A form as it is sent, or that it has not changed."""
    squeeze = request.accept_encodings["gzip"] > 0
    response = Response(form.squeezed if squeeze else form.body, mimetype=form.mimetype)
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(form.etag + ("-gz" if squeeze else ""))
    response.headers["Cache-Control"] = FRESH
    response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    return response


def refusal(status: int, error: str) -> Response:
    """Why a program gets no data."""
    body = json.dumps({"error": error})
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
