"""Getting documents: a request, the judgement of its answer, the fallback URL, the accidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotline.sandbox.chance import Chance
from hotline.sandbox.office import Office
from hotline.sandbox.problems import Code, DebuggerLine, TwimlError
from hotline.sandbox.transcript import Entry, Requested, RequestKind
from hotline.sandbox.twiml import parser
from hotline.sandbox.twiml.parser import Document
from hotline.sandbox.twiml.verbs import Reject, RejectReason, Say
from hotline.sandbox.wire import parameters
from hotline.sandbox.wire.client import Failure, HttpAnswer
from hotline.sandbox.wire.parameters import NOTHING, CallStatus, Leg

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it was made; sending it again gives the same bytes and the same signature."""

    kind: RequestKind
    method: str
    url: str
    status: CallStatus
    added: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and the URL against which its relative ones count."""

    document: Document
    url: str


def judge_document(answer: HttpAnswer | Failure) -> Document:
    """The document in an answer. Raises TwimlError with the code that Twilio would record."""
    if isinstance(answer, Failure):
        raise TwimlError(answer.code, answer.message)
    if not 200 <= answer.status < 300:
        raise TwimlError(Code.HTTP_ERROR_STATUS, f"status {answer.status}")
    content_type = answer.content_type.partition(";")[0].strip().lower()
    if content_type == "text/plain":
        return Document((Say(" ".join(answer.body.decode(errors="replace").split())),))
    if content_type not in XML_TYPES:
        raise TwimlError(Code.CONTENT_TYPE, f"content type {content_type or 'missing'}")
    return parser.parse(answer.body)


def turned_away(document: Document) -> CallStatus | None:
    """How a call ends whose document begins with Reject: unanswered and unbilled; else None."""
    if not document.verbs or not isinstance(document.verbs[0], Reject):
        return None
    busy = document.verbs[0].reason is RejectReason.BUSY
    return CallStatus.BUSY if busy else CallStatus.NO_ANSWER


class Asker:
    """Makes the requests of one leg and writes down what came of them."""

    def __init__(
        self,
        office: Office,
        leg: Leg,
        chance: Chance,
        transcript: list[Entry],
        problems: list[DebuggerLine],
    ) -> None:
        self.sent: list[Sent] = []
        self._office = office
        self._leg = leg
        self._chance = chance
        self._transcript = transcript
        self._problems = problems
        self._common = parameters.common(leg)

    def ask(
        self,
        kind: RequestKind,
        url: str,
        status: CallStatus,
        *,
        method: str = "POST",
        added: Mapping[str, str] = NOTHING,
        may_fall_back: bool = True,
    ) -> Fetched | None:
        """The document at `url`, else the one at the fallback URL, else None.

        An error retrieving or executing it is recorded, and the fallback URL told of it.
        """
        request = Sent(kind, method, url, status, self._with_novelty(added))
        answer = self._trouble(request, self._send(request))
        self.sent.append(request)
        try:
            document = judge_document(answer)
        except TwimlError as error:
            self._problems.append(error.problem)
            fallback = self._office.fallback_of(self._leg.to)
            if kind is RequestKind.FALLBACK or not (may_fall_back and fallback):
                return None
            told = parameters.failed(error.problem.code, url)
            return self.ask(RequestKind.FALLBACK, fallback, status, added=told)
        self._problems.extend(document.warnings)
        return Fetched(document, answer.url if isinstance(answer, HttpAnswer) else url)

    def tell(
        self,
        kind: RequestKind,
        url: str,
        status: CallStatus,
        added: Mapping[str, str],
        method: str = "POST",
    ) -> None:
        """A request whose answer changes nothing; a status callback wants 204 or TwiML."""
        answer = self._send(Sent(kind, method, url, status, self._with_novelty(added)))
        if isinstance(answer, HttpAnswer) and answer.status == 204:
            return
        try:
            judge_document(answer)
        except TwimlError as error:
            self._problems.append(error.problem)

    def repeat(self, request: Sent, kind: RequestKind = RequestKind.REPLAY) -> HttpAnswer | Failure:
        """Sends an earlier request once more, byte for byte, and lets its answer go."""
        return self._send(request, kind)

    def _send(self, request: Sent, kind: RequestKind | None = None) -> HttpAnswer | Failure:
        bare = {**self._common, "CallStatus": request.status.value}
        answer = self._office.wire.send(
            request.method, request.url, {**bare, **request.added}, bare
        )
        parts = urlsplit(request.url)
        self._transcript.append(
            Requested(
                kind=kind or request.kind,
                method=request.method,
                path=parts.path + (f"?{parts.query}" if parts.query else ""),
                status=answer.status if isinstance(answer, HttpAnswer) else None,
                milliseconds=answer.milliseconds,
                code=answer.code if isinstance(answer, Failure) else None,
            )
        )
        return answer

    def _trouble(self, request: Sent, answer: HttpAnswer | Failure) -> HttpAnswer | Failure:
        """Accidents on the way: the request sent twice, an old one sent again."""
        adversity = self._office.adversity
        if self.sent and self._chance.happens(adversity.replayed):
            self.repeat(self._chance.choice(self.sent))
        if not self._chance.happens(adversity.twice):
            return answer
        second = self.repeat(request, RequestKind.AGAIN)
        if (
            isinstance(answer, HttpAnswer)
            and isinstance(second, HttpAnswer)
            and answer.body != second.body
        ):
            what = f"{urlsplit(request.url).path}: the same request was answered differently"
            self._problems.append(DebuggerLine(Code.ANSWERED_OTHERWISE, what, warning=True))
        return self._chance.choice((answer, second))

    def _with_novelty(self, added: Mapping[str, str]) -> Mapping[str, str]:
        if self._chance.happens(self._office.adversity.novelties):
            return {**added, **parameters.unheard_of(self._chance)}
        return added


class StatusCallbacks:
    """Tells the status callback of a call, if there is one, of the `events` that it wants."""

    def __init__(
        self, office: Office, asker: Asker, chance: Chance, url: str, events: tuple[CallStatus, ...]
    ) -> None:
        self._office = office
        self._asker = asker
        self._chance = chance
        self._url = url
        self._events = events
        self._told = 0

    def tell(self, status: CallStatus, seconds: int) -> None:
        """A call's end always counts as "completed"; `seconds` is how long it has lasted."""
        wanted = CallStatus.COMPLETED if status.over else status
        if not self._url or wanted not in self._events:
            return
        added = parameters.status_changed(status, seconds, self._told, self._office.now())
        self._told += 1
        self._office.deliver(
            lambda: self._asker.tell(RequestKind.STATUS, self._url, status, added), self._chance
        )
