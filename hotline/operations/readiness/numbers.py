"""Our telephone numbers: which they are, and where the carrier should lead them."""

from __future__ import annotations

from config.settings import Settings
from hotline.operations.context import AppContext, NoElectionError
from hotline.telephony.networks import network_of
from hotline.telephony.numbers import Destinations


def destinations(settings: Settings) -> Destinations:
    """Where every one of our numbers leads: which it is, the webhooks tell by the number called."""
    return network_of(settings).destinations


def ours(parts: AppContext) -> dict[str, str]:
    """Number (E.164) to what it is for: those that the election lists and the settings name."""
    try:
        election = parts.election().election
    except NoElectionError:
        named = {}
    else:
        named = {election.chairs_line: "chairs' line", election.public_line: "public line"}
    named = {parts.settings.staff_line: "staff line"} | named
    return {number: what for number, what in named.items() if number}
