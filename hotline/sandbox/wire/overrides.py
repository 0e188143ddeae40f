"""Connection overrides: how a URL's fragment tunes a request (twilio.md, "Timing")."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

CAP_S = 15.0
"""No request, with all its retries and redirects, takes longer."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """`policy` names what is tried again, up to `retries` times: ct (the connection), rt (no
    answer in time), 4xx, 5xx, all. Times are in seconds."""

    retries: int = 1
    connect_s: float = 5.0
    read_s: float = CAP_S
    total_s: float = CAP_S
    policy: frozenset[str] = frozenset({"ct"})

    def again(self, failure: str) -> bool:
        return failure in self.policy or "all" in self.policy


def split(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what the fragment asks for, e.g. `#rc=2&rp=ct,5xx`.

    What cannot be read is left at its default, as Twilio does.
    """
    bare, fragment = urldefrag(url)
    if not fragment:
        return bare, DEFAULTS
    asked = dict(parse_qsl(fragment))
    retries = asked.get("rc", "")
    return bare, Overrides(
        retries=min(int(retries), 5) if retries.isdecimal() else DEFAULTS.retries,
        connect_s=_seconds(asked.get("ct"), DEFAULTS.connect_s),
        read_s=_seconds(asked.get("rt"), DEFAULTS.read_s),
        total_s=_seconds(asked.get("tt"), DEFAULTS.total_s),
        policy=frozenset(asked["rp"].split(",")) if "rp" in asked else DEFAULTS.policy,
    )


DEFAULTS = Overrides()


def _seconds(milliseconds: str | None, default: float) -> float:
    if milliseconds is None or not milliseconds.isdecimal():
        return default
    return min(int(milliseconds) / 1000, CAP_S)
