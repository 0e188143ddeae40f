"""Twilio as the settings have it."""

from __future__ import annotations

from collections.abc import Callable

from config.settings import Settings
from hotline.languages.catalogue import available, language
from hotline.telephony.network import TIMEOUT
from hotline.telephony.twilio.media import STORES, TwilioMedia
from hotline.telephony.twilio.numbers import destinations
from hotline.telephony.twilio.rest import WORDS, TwilioCarrier
from hotline.telephony.twilio.twiml import TwimlWriter
from hotline.telephony.twilio.webhooks import SIGNATURE, Signatures, TwilioWebhooks


class TwilioNetwork:
    """Twilio, or what speaks as it does: the sandbox, which takes the account's own token.

    A network that takes TwiML, and has the same forms and REST interface, is this one with other
    words, header and stores.
    """

    words = WORDS
    signature_header = SIGNATURE
    stores = STORES  # hosts to which its own address sends on for media

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        voices = {c: settings.voices.get(c) or language(c).voice for c in available()}
        self._writer = TwimlWriter(voices, settings.speech_rate)
        signatures = Signatures(settings.auth_tokens, settings.url)
        self.webhooks = TwilioWebhooks(signatures, self._writer, self.signature_header)
        self.destinations = destinations(settings)

    def carrier(
        self, timeout: float = TIMEOUT, heard: Callable[[str], None] | None = None
    ) -> TwilioCarrier:
        settings = self._settings
        return TwilioCarrier(
            settings.account_sid,
            *self._credentials(),
            settings.api,
            timeout,
            heard,
            our_url=settings.url,
            writer=self._writer,
            words=self.words,
        )

    def media(self) -> TwilioMedia:
        return TwilioMedia(*self._credentials(), self._settings.api, stores=self.stores)

    def _credentials(self) -> tuple[str, str]:
        settings = self._settings
        if settings.sandbox:
            return settings.account_sid, settings.auth_tokens[0]
        return settings.api_key, settings.api_secret.get_secret_value()
