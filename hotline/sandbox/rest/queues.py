"""Queues and their members by REST."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from hotline.sandbox.rest.network import Network, redirect_order
from hotline.sandbox.rest.pages import page
from hotline.sandbox.rest.refusals import bad_request, not_found
from hotline.sandbox.rest.resources import member_as_json, queue_as_json
from hotline.sandbox.switchboard.queues import MOST, CallQueue
from hotline.sandbox.switchboard.switchboard import find_member


def add_queues(accounts: Blueprint, network: Network) -> None:
    """Queues cannot be deleted here."""
    board = network.switchboard

    def queue_of(sid: str) -> CallQueue:
        found = next((queue for queue in board.queues() if queue.sid == sid), None)
        if found is None:
            raise not_found(request.path)
        return found

    @accounts.get("/Queues.json")
    def list_queues(account: str) -> Response:
        with board.looking() as now:
            rows = [queue_as_json(queue, account, now) for queue in board.queues()]
        return jsonify(page("queues", rows))

    @accounts.post("/Queues.json")
    def create_queue(account: str) -> tuple[Response, int]:
        network.refuse_if_told()
        name = request.form.get("FriendlyName", "")
        if not name:
            raise bad_request(20001, "FriendlyName is required")
        if any(queue.name == name for queue in board.queues()):
            raise bad_request(22003, "Queue already exists")
        with board.looking() as now:
            return jsonify(queue_as_json(board.queue(name, _size()), account, now)), 201

    @accounts.get("/Queues/<sid>.json")
    def fetch_queue(account: str, sid: str) -> Response:
        with board.looking() as now:
            return jsonify(queue_as_json(queue_of(sid), account, now))

    @accounts.post("/Queues/<sid>.json")
    def change_queue(account: str, sid: str) -> Response:
        network.refuse_if_told()
        with board.looking() as now:
            queue = board.queue(queue_of(sid).name, _size())
            return jsonify(queue_as_json(queue, account, now))

    @accounts.get("/Queues/<queue>/Members.json")
    def list_members(account: str, queue: str) -> Response:
        with board.looking() as now:
            rows = [member_as_json(m, account, now) for m in queue_of(queue).members]
        return jsonify(page("queue_members", rows))

    @accounts.get("/Queues/<queue>/Members/<sid>.json")
    def fetch_member(account: str, queue: str, sid: str) -> Response:
        with board.looking() as now:
            member = find_member(queue_of(queue), sid)
            if member is None:
                raise not_found(request.path)
            return jsonify(member_as_json(member, account, now))

    @accounts.post("/Queues/<queue>/Members/<sid>.json")
    def call_member_forward(account: str, queue: str, sid: str) -> Response:
        """Only the first who asks for a call gets it."""
        network.refuse_if_told()
        order = redirect_order(request.form)
        with board.looking() as now:
            member = board.call_forward(queue_of(queue), sid, order)
            if member is None:
                raise not_found(request.path)
            return jsonify(member_as_json(member, account, now))


def _size() -> int | None:
    given = request.form.get("MaxSize")
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and 0 < int(given) <= MOST):
        raise bad_request(22001, f"MaxSize must be between 1 and {MOST}")
    return int(given)
