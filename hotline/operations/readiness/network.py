"""The telephone network: lets us in, leads calls to us, and is the only one who can."""

from __future__ import annotations

import json

from hotline.operations.readiness import numbers
from hotline.operations.readiness.checks import (
    Examination,
    ReadinessFinding,
    ok,
    unknown,
    warning,
    wrong,
)
from hotline.operations.readiness.provision import reason_of
from hotline.telephony.network import CarrierBusy, CarrierRefused
from hotline.telephony.numbers import Destinations, OwnNumber
from hotline.telephony.probe import ProbeError

UNFINISHED = 48
"""More than a line of a few processes has threads; few enough for a proxy's limits."""


def credentials(examination: Examination) -> ReadinessFinding:
    """By a request for the numbers, as an API key may be refused the account itself."""
    try:
        held = examination.numbers
    except (CarrierRefused, CarrierBusy) as error:
        words = examination.carrier.words
        mend = f"Set {words.all_settings} as the console shows them."
        return wrong(reason_of(error, words), mend)
    try:
        status = examination.carrier.account().status
    except (CarrierRefused, CarrierBusy):
        status = ""
    seen = f"the carrier lets us in; the account holds {len(held)} numbers"
    if status not in ("", "active"):
        return wrong(f"the account is {status}", "See the carrier's console: is the bill paid?")
    return ok(f"{seen} and is {status}" if status else seen)


def our_numbers(examination: Examination) -> ReadinessFinding:
    ours = numbers.ours(examination.parts)
    wanted = numbers.destinations(examination.parts.settings)
    held = examination.numbers
    missing = [f"{number} ({what})" for number, what in ours.items() if number not in held]
    if missing:
        return wrong(
            f"the account does not hold {', '.join(missing)}",
            "Buy it, or mend [lines] in election.toml or HOTLINE_STAFF_LINE.",
        )
    astray = [
        f"{number} ({what}): {_first_difference(held[number], wanted)}"
        for number, what in ours.items()
        if not held[number].leads.leads_to(wanted)
    ]
    if astray:
        return wrong("; ".join(astray), _provision(examination))
    if slow := [number for number in ours if held[number].leads.differences(wanted)]:
        return warning(
            f"{', '.join(slow)} leads to us, but does not say how often to try again",
            _provision(examination),
        )
    return ok(f"{len(ours)} numbers lead to {examination.parts.settings.url}")


def _provision(examination: Examination) -> str:
    command = examination.carrier.words.provision
    return f"Run {command}, look at what would change, and then with --apply."


def _first_difference(number: OwnNumber, wanted: Destinations) -> str:
    name, (found, _) = next(iter(number.leads.differences(wanted).items()))
    return f"its {name} URL is {found or 'not set'}"


def address(examination: Examination) -> ReadinessFinding:
    """PUBLIC_URL from outside, as far as this machine sees it."""
    settings = examination.parts.settings
    try:
        answer = examination.probe.get(f"{settings.url}/healthz")
    except ProbeError as error:
        return wrong(f"{settings.url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if answer.status != 200:
        return wrong(
            f"{settings.url}/healthz answers {answer.status}",
            "Have the proxy pass everything on to PORT, and redirect nothing.",
        )
    secure = settings.url.startswith("https://")
    how = "TLS with a certificate that is accepted" if secure else "plain HTTP, on this machine"
    return ok(f"{settings.url}: {how}")


def proxies(examination: Examination) -> ReadinessFinding:
    """Whether attempts to sign in are counted by the address of who makes them."""
    url = f"{examination.parts.settings.url}/sign-in/address"
    try:
        answer = examination.probe.get(url)
        said = json.loads(answer.body)
        named, believed = int(said["named"]), int(said["believed"])
    except (ProbeError, ValueError, KeyError, TypeError) as error:
        return unknown(f"{url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if named == believed:
        return ok(f"{named} name who asks, and {believed} are believed")
    mend = f"Set HOTLINE_PROXIES for web {'higher' if named > believed else 'lower'}"
    if named > believed:
        return wrong(
            f"{named} name who asks, {believed} are believed: all attempts to sign in count "
            "as the proxy's, and anybody can make everybody wait",
            f"{mend}, by {named - believed}.",
        )
    return wrong(
        f"{named} name who asks, {believed} are believed: anybody can choose under which "
        "address attempts to sign in count",
        f"{mend}, by {believed - named}, or have the proxy set X-Forwarded-For.",
    )


def signed(examination: Examination) -> ReadinessFinding:
    """A status callback for no call, as the network would sign it."""
    url = numbers.destinations(examination.parts.settings).status
    try:
        answer = examination.probe.post(url)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if answer.status == 204:
        return ok("a signed request is answered")
    words = examination.carrier.words
    if answer.status == 403:
        return wrong(
            f"a request that is signed as {words.name} signs gets 403: calls would, too",
            f"Give web the same {words.signing} and PUBLIC_URL, and have the proxy change neither "
            "path nor query.",
        )
    return wrong(f"a signed request gets {answer.status}", "See the log of web and of the proxy.")


def unsigned(examination: Examination) -> ReadinessFinding:
    """Anybody can send a form; only the network's may do anything."""
    url = numbers.destinations(examination.parts.settings).status
    try:
        answer = examination.probe.post(url, signed=False)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if answer.status == 403:
        return ok("a request without a signature is refused")
    return wrong(
        f"a request without a signature gets {answer.status}",
        "Let nothing but hotline web answer under /voice: anybody could file reports.",
    )


def unfinished(examination: Examination) -> ReadinessFinding:
    """Whoever begins requests and does not go on with them must keep no call from its answer."""
    url = numbers.destinations(examination.parts.settings).status
    beside = f"beside {UNFINISHED} unfinished requests"
    try:
        with examination.probe.unfinished(url, UNFINISHED):
            answer = examination.probe.post(url)
    except ProbeError as error:
        return wrong(
            f"{beside}, a signed one gets none ({error}): anybody can silence the line",
            "Have hotline serve the webhooks itself, or a proxy that reads requests whole first "
            "(docs/production.md).",
        )
    if answer.status != 204:
        return warning(
            f"{beside}, a signed one gets {answer.status}",
            "See the log of the proxy: it may limit connections from one address.",
        )
    return ok(f"{beside}, a signed one is answered")


def fallback(examination: Examination) -> ReadinessFinding:
    """Where the network turns when we do not answer, as the chairs' line has it."""
    settings = examination.parts.settings
    held = examination.numbers.get(examination.election.chairs_line)
    url = held.leads.fallback if held else settings.fallback_address
    if not url:
        mend = _provision(examination)
        return wrong("no fallback URL: a call that fails hears a recorded error", mend)
    try:
        answer = examination.probe.post(url)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start hotline web there, or mend HOTLINE_FALLBACK_URL.")
    words = examination.carrier.words
    if not examination.probe.speaks(answer):
        return wrong(
            f"{url} answers {answer.status} ({answer.kind}), and no words for the caller",
            f"Have hotline web answer there with the same {words.signing}, and as its PUBLIC_URL.",
        )
    return ok(f"{url} speaks")


def results(examination: Examination) -> ReadinessFinding:
    """The address that callers hear."""
    url = examination.parts.settings.results_address
    mend = "Mend HOTLINE_RESULTS_URL: callers hear it, and it goes out by text message."
    shown = url if "://" in url else f"https://{url}"
    try:
        answer = examination.probe.get(shown)
    except ProbeError as error:
        return warning(f"{url}: {error}", mend)
    if answer.status >= 400:
        return warning(f"{url} answers {answer.status}", mend)
    return ok(url)
