"""The REST calls that the program makes, as Twilio answers them (its API of 2010-04-01)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from hotline.sandbox.network import ApiError, Json, Network, not_found
from hotline.sandbox.parameters import API_VERSION

MAX_PAGE = 1000


def rest_blueprint(network: Network, credentials: Mapping[str, str]) -> Blueprint:
    """`credentials` are those of basic auth: account SID to token, API key to secret."""
    accounts = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")

    @accounts.before_request
    def authenticate() -> None:
        given = request.authorization
        expected = credentials.get((given and given.username) or "")
        secret = (given and given.password) or ""
        if expected is None or not hmac.compare_digest(expected.encode(), secret.encode()):
            raise ApiError(401, 20003, "Authenticate")
        if (request.view_args or {}).get("account") != network.account_sid:
            raise not_found(request.path)

    @accounts.errorhandler(ApiError)
    def refuse(error: ApiError) -> tuple[Response, int]:
        return jsonify(error.as_json()), error.status

    @accounts.post("/Messages.json")
    def create_message(account: str) -> tuple[Response, int]:
        return jsonify(network.send(request.form).as_json(account, "queued")), 201

    @accounts.get("/Messages.json")
    def list_messages(account: str) -> Response:
        found = network.find_messages(
            to=request.args.get("To", ""), from_=request.args.get("From", "")
        )
        return jsonify(_page("messages", [m.as_json(account, "delivered") for m in found]))

    @accounts.get("/Messages/<sid>.json")
    def fetch_message(account: str, sid: str) -> Response:
        for message in network.find_messages():
            if message.sid == sid:
                return jsonify(message.as_json(account, "delivered"))
        raise not_found(request.path)

    @accounts.post("/Calls.json")
    def create_call(account: str) -> tuple[Response, int]:
        events = request.form.getlist("StatusCallbackEvent")
        return jsonify(network.create_call(request.form, events).as_json(account)), 201

    @accounts.get("/Calls/<sid>.json")
    def fetch_call(account: str, sid: str) -> Response:
        outgoing = network.outgoing(sid)
        if outgoing is None:
            raise not_found(request.path)
        return jsonify(outgoing.as_json(account))

    return accounts


def _page(name: str, everything: list[Json]) -> Json:
    """One page of a list, as `Page` and `PageSize` ask for."""
    size = min(max(request.args.get("PageSize", 50, int), 1), MAX_PAGE)
    number = max(request.args.get("Page", 0, int), 0)
    rows = everything[number * size : (number + 1) * size]

    def uri(page: int) -> str:
        query = request.args.to_dict() | {"Page": str(page), "PageSize": str(size)}
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
