"""What was published earlier, and what anybody needs to check it: signatures and the public key.

A publication is served byte for byte as it was signed, for ever; its signature beside it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import Connection

from hotline.operations.audit import signing
from hotline.store.database import reading
from hotline.store.publication import archive
from hotline.store.publication.archive import ArchivedPublication
from hotline.store.publication.publications import as_bytes
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context

FOREVER = "public, max-age=86400"
FRESH = "public, max-age=1"
AT_ONCE = 100  # publications a page of the list
SIGNATURE_TYPE = "application/octet-stream"
NOTHING = "nothing has been published under this number"


blueprint = Blueprint("archive", __name__)


@blueprint.get("/results/<int:number>.json")
@open_to(Who.PUBLIC)
def document(number: int) -> Response | tuple[Response, int]:
    """The very bytes that were signed."""

    def answer(connection: Connection, filed: ArchivedPublication) -> Response:
        body = as_bytes(archive.document(connection, filed.number))
        return _kept(Response(body, mimetype="application/json"), FOREVER)

    return _of(number, answer)


@blueprint.get("/results/<int:number>.sig")
@open_to(Who.PUBLIC)
def signature(number: int) -> Response | tuple[Response, int]:
    return _of(number, lambda _, filed: _signature(filed, FOREVER))


@blueprint.get("/results.sig")
@open_to(Who.PUBLIC)
def latest_signature() -> Response | tuple[Response, int]:
    """Of the newest publication; the header says which that is."""
    return _of(None, lambda _, filed: _signature(filed, FRESH))


@blueprint.get("/results/key.pem")
@open_to(Who.PUBLIC)
def key() -> Response:
    pem = signing.signer(context().settings).pem
    return _kept(Response(pem, mimetype="application/x-pem-file"), FRESH)


@blueprint.get("/results/publications")
@open_to(Who.PUBLIC)
def publications() -> Response | tuple[Response, int]:
    """The newest ones first; `older` is where the list goes on."""
    parts = context()
    below = request.args.get("below", type=int)
    active = parts.known_election()
    found: list[ArchivedPublication] = []
    if active is not None:
        with reading(parts.engine) as connection:
            found = archive.newest(connection, active.ledger_id, AT_ONCE, below)
    older = url_for(".publications", below=found[-1].number) if len(found) == AT_ONCE else None
    listed = {"publications": [_described(filed) for filed in found], "older": older}
    return _kept(jsonify(listed), FRESH)


def _of(
    number: int | None,
    answer: Callable[[Connection, ArchivedPublication], Response | None],
) -> Response | tuple[Response, int]:
    """An answer about a publication of the ledger in use (None: the newest), or that there is none.

    Publications of shelved ledgers are not shown: they are rehearsals, or another election.
    """
    parts = context()
    active = parts.known_election()
    if active is not None:
        with reading(parts.engine) as connection:
            if number is None:
                newest = archive.newest(connection, active.ledger_id, 1)
                filed = newest[0] if newest else None
            else:
                filed = archive.find_publication(connection, active.ledger_id, number)
            found = None if filed is None else answer(connection, filed)
            if found is not None:
                return found
    return _kept(jsonify(error=NOTHING), "no-store"), 404


def _signature(filed: ArchivedPublication, keep: str) -> Response | None:
    """The 64 bytes of it; nothing for what was published before there were signatures."""
    if not filed.signature:
        return None
    response = Response(base64.b64decode(filed.signature), mimetype=SIGNATURE_TYPE)
    response.headers["Hotline-Publication"] = str(filed.number)
    response.headers["Hotline-Key"] = filed.key_id
    return _kept(response, keep)


def _described(filed: ArchivedPublication) -> dict[str, object]:
    return {
        "number": filed.number,
        "published_at": f"{filed.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "entries": filed.events,
        "key": filed.key_id or None,
        "document": url_for(".document", number=filed.number),
        "signature": url_for(".signature", number=filed.number) if filed.signature else None,
    }


def _kept(response: Response, keep: str) -> Response:
    response.headers["Cache-Control"] = keep
    if request.method == "GET" and keep != "no-store":
        response.add_etag()
        response.make_conditional(request)
    return response


@blueprint.after_request
def _open_to_every_page(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Hotline-Publication, Hotline-Key"
    return response
