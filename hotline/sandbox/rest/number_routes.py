"""The account and its telephone numbers by REST."""

from __future__ import annotations

from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from hotline.sandbox.rest.network import Network
from hotline.sandbox.rest.pages import page
from hotline.sandbox.rest.refusals import not_found
from hotline.sandbox.wire.parameters import API_VERSION


def add_numbers(accounts: Blueprint, network: Network) -> None:
    """Numbers are neither bought nor given back here; they can be led elsewhere."""

    @accounts.get("/IncomingPhoneNumbers.json")
    def list_numbers(account: str) -> Response:
        network.refuse_if_told()
        wanted = request.args.get("PhoneNumber", "")
        found = [one for one in network.held() if wanted in one.number]
        return jsonify(page("incoming_phone_numbers", [one.as_json(account) for one in found]))

    @accounts.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch_number(account: str, sid: str) -> Response:
        for one in network.held():
            if one.sid == sid:
                return jsonify(one.as_json(account))
        raise not_found(request.path)

    @accounts.post("/IncomingPhoneNumbers/<sid>.json")
    def change_number(account: str, sid: str) -> Response:
        return jsonify(network.lead(sid, request.form).as_json(account))


def add_account(root: Blueprint, network: Network) -> None:
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
