"""The REST calls that the program makes, as Twilio answers them (its API of 2010-04-01)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from hotline.sandbox.rest.conferences import add_conferences
from hotline.sandbox.rest.network import Network
from hotline.sandbox.rest.pages import page
from hotline.sandbox.rest.queues import add_queues
from hotline.sandbox.rest.refusals import ApiError, not_found
from hotline.sandbox.rest.resources import call_as_json
from hotline.sandbox.wire.parameters import API_VERSION


def rest_blueprint(network: Network, credentials: Mapping[str, str]) -> Blueprint:
    """`credentials` are those of basic auth: account SID to token, API key to secret."""
    root = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts")
    accounts = Blueprint("account", __name__, url_prefix="/<account>")

    @root.before_request
    def authenticate() -> None:
        given = request.authorization
        expected = credentials.get((given and given.username) or "")
        secret = (given and given.password) or ""
        if expected is None or not hmac.compare_digest(expected.encode(), secret.encode()):
            raise ApiError(401, 20003, "Authenticate")
        if (request.view_args or {}).get("account") != network.account_sid:
            raise not_found(request.path)

    @root.errorhandler(ApiError)
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
        return jsonify(page("messages", [m.as_json(account, "delivered") for m in found]))

    @accounts.get("/Messages/<sid>.json")
    def fetch_message(account: str, sid: str) -> Response:
        for message in network.find_messages():
            if message.sid == sid:
                return jsonify(message.as_json(account, "delivered"))
        raise not_found(request.path)

    @accounts.get("/Messages/<sid>/Media/<name>")
    def fetch_media(account: str, sid: str, name: str) -> Response:
        """What somebody sent, under the type that they said it has: neither is to be trusted."""
        picture = network.find_media(sid, name)
        if picture is None:
            raise not_found(request.path)
        return Response(picture.data, content_type=picture.content_type)

    @accounts.post("/Calls.json")
    def create_call(account: str) -> tuple[Response, int]:
        events = request.form.getlist("StatusCallbackEvent")
        return jsonify(network.create_call(request.form, events).as_json(account)), 201

    @accounts.get("/Calls/<sid>.json")
    def fetch_call(account: str, sid: str) -> Response:
        call = network.find_call(sid)
        if call is None:
            raise not_found(request.path)
        return jsonify(call_as_json(call, account))

    @accounts.post("/Calls/<sid>.json")
    def change_call(account: str, sid: str) -> Response:
        return jsonify(call_as_json(network.change_call(sid, request.form), account))

    add_queues(accounts, network)
    add_conferences(accounts, network)
    _add_numbers(accounts, network)
    _add_account(root, network)
    root.register_blueprint(accounts)
    return root


def _add_numbers(accounts: Blueprint, network: Network) -> None:
    """Numbers are neither bought nor given back here; they can be led elsewhere."""

    @accounts.get("/IncomingPhoneNumbers.json")
    def list_numbers(account: str) -> Response:
        network.refuse_if_told()
        wanted = request.args.get("PhoneNumber", "")
        found = [one for one in network.owned_numbers() if wanted in one.number]
        return jsonify(page("incoming_phone_numbers", [one.as_json(account) for one in found]))

    @accounts.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch_number(account: str, sid: str) -> Response:
        for one in network.owned_numbers():
            if one.sid == sid:
                return jsonify(one.as_json(account))
        raise not_found(request.path)

    @accounts.post("/IncomingPhoneNumbers/<sid>.json")
    def change_number(account: str, sid: str) -> Response:
        return jsonify(network.reroute_number(sid, request.form).as_json(account))


def _add_account(root: Blueprint, network: Network) -> None:
    """The account itself, which is open as long as anybody asks."""

    @root.get("/<account>.json")
    def fetch_account(account: str) -> Response:
        network.refuse_if_told()
        at, uri = format_datetime(network.since), f"/{API_VERSION}/Accounts/{account}.json"
        return jsonify(
            {
                "auth_token": "",
                "date_created": at,
                "date_updated": at,
                "friendly_name": "Sandbox",
                "owner_account_sid": account,
                "sid": account,
                "status": "active",
                "subresource_uris": {},
                "type": "Full",
                "uri": uri,
            }
        )
