"""What TwiML's schema allows, and which of its verbs and nouns this network does not play."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """What the schema allows in an element."""

    attributes: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    text: bool = False


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


STATUS = "statusCallback statusCallbackMethod statusCallbackEvent"
SSML = _names("break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain")
UNPLAYED = _names("Connect Echo Pay Prompt Queue Record Refer Sms Start Stop")
UNPLAYED_NOUNS = _names("Application Client Queue Sim Sip WhatsApp")

SHAPES = {
    "Say": Shape(_names("voice language loop"), SSML, text=True),
    "Play": Shape(_names("loop digits"), text=True),
    "Pause": Shape(_names("length")),
    "Gather": Shape(
        _names(
            "input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey"
            " numDigits partialResultCallback partialResultCallbackMethod language hints bargeIn"
            " debug actionOnEmptyResult speechModel enhanced"
        ),
        _names("Say Play Pause"),
    ),
    "Redirect": Shape(_names("method"), text=True),
    "Reject": Shape(_names("reason")),
    "Hangup": Shape(),
    "Dial": Shape(
        _names(
            "action method timeout hangupOnStar timeLimit callerId record trim"
            " recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"
            " recordingTrack answerOnBridge ringTone sequential referUrl referMethod events"
        ),
        _names("Number Conference") | UNPLAYED_NOUNS,
        text=True,
    ),
    "Number": Shape(
        _names(
            f"sendDigits url method byoc {STATUS} machineDetection machineDetectionTimeout"
            " machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold"
            " machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"
        ),
        text=True,
    ),
    "Conference": Shape(
        _names(
            f"muted beep startConferenceOnEnter endConferenceOnExit participantLabel {STATUS}"
            " jitterBufferSize waitUrl waitMethod maxParticipants record region trim coach"
            " recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"
            " eventCallbackUrl"
        ),
        text=True,
    ),
    "Enqueue": Shape(
        _names("action method maxQueueSize waitUrl waitUrlMethod workflowSid"), text=True
    ),
    "Leave": Shape(),
}
RESPONSE = Shape(children=frozenset(SHAPES) - {"Number", "Conference"} | UNPLAYED)
