"""The telephone network: lets us in, leads calls to us, and is the only one who can."""

from __future__ import annotations

from hotline.operations.readiness import numbers
from hotline.operations.readiness.checks import Examination, Finding, ok, warning, wrong
from hotline.operations.readiness.provision import reason_of
from hotline.telephony.carrier import CarrierBusy, CarrierRefused
from hotline.telephony.numbers import Destinations, OwnNumber
from hotline.telephony.probe import ProbeError

NOBODY = {"CallStatus": "doctor"}
"""A form without a CallSid: it is no call's, and nothing is changed by it."""
PROVISION = "Run hotline twilio provision, look at what would change, and then with --apply."


def credentials(examination: Examination) -> Finding:
    """By a request for the numbers, as an API key may be refused the account itself."""
    try:
        held = examination.numbers
    except (CarrierRefused, CarrierBusy) as error:
        return wrong(reason_of(error), "Set the four TWILIO_ variables as the console shows them.")
    try:
        status = examination.carrier.account().status
    except (CarrierRefused, CarrierBusy):
        status = ""
    seen = f"the carrier lets us in; the account holds {len(held)} numbers"
    if status not in ("", "active"):
        return wrong(f"the account is {status}", "See the carrier's console: is the bill paid?")
    return ok(f"{seen} and is {status}" if status else seen)


def our_numbers(examination: Examination) -> Finding:
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
        return wrong("; ".join(astray), PROVISION)
    if slow := [number for number in ours if held[number].leads.differences(wanted)]:
        return warning(
            f"{', '.join(slow)} leads to us, but does not say how often to try again", PROVISION
        )
    return ok(f"{len(ours)} numbers lead to {examination.parts.settings.url}")


def _first_difference(number: OwnNumber, wanted: Destinations) -> str:
    name, (found, _) = next(iter(number.leads.differences(wanted).items()))
    return f"its {name} URL is {found or 'not set'}"


def address(examination: Examination) -> Finding:
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


def signed(examination: Examination) -> Finding:
    """A status callback for no call, as the network would sign it."""
    url = f"{examination.parts.settings.url}/voice/status"
    try:
        answer = examination.probe.post(url, NOBODY)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if answer.status == 204:
        return ok("a signed request is answered")
    if answer.status == 403:
        return wrong(
            "a request that is signed as Twilio signs gets 403: calls would, too",
            "Give web the same TWILIO_AUTH_TOKEN and PUBLIC_URL, and have the proxy change neither "
            "path nor query.",
        )
    return wrong(f"a signed request gets {answer.status}", "See the log of web and of the proxy.")


def unsigned(examination: Examination) -> Finding:
    """Anybody can send a form; only the network's may do anything."""
    url = f"{examination.parts.settings.url}/voice/status"
    try:
        answer = examination.probe.post(url, NOBODY, signed=False)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start web, and see proxy, certificate and DNS.")
    if answer.status == 403:
        return ok("a request without a signature is refused")
    return wrong(
        f"a request without a signature gets {answer.status}",
        "Let nothing but hotline web answer under /voice: anybody could file reports.",
    )


def fallback(examination: Examination) -> Finding:
    """Where the network turns when we do not answer, as the chairs' line has it."""
    settings = examination.parts.settings
    held = examination.numbers.get(examination.election.chairs_line)
    url = held.leads.fallback if held else settings.fallback_address
    if not url:
        return wrong("no fallback URL: a call that fails hears a recorded error", PROVISION)
    try:
        answer = examination.probe.post(url, NOBODY)
    except ProbeError as error:
        return wrong(f"{url}: {error}", "Start hotline web there, or mend HOTLINE_FALLBACK_URL.")
    if answer.status != 200 or answer.kind not in ("text/xml", "application/xml"):
        return wrong(
            f"{url} answers {answer.status} ({answer.kind}), and no words for the caller",
            "Have hotline web answer there with the same TWILIO_AUTH_TOKEN, and as its PUBLIC_URL.",
        )
    return ok(f"{url} speaks")


def results(examination: Examination) -> Finding:
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
