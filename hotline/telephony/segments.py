"""How many messages a network makes of a text, and charges (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

_ONE_SEPTET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO_SEPTETS = frozenset("^{}\\[~]|€\f")  # an escape and a character


def count_segments(body: str) -> int:
    """How many messages `body` is sent as; an empty text is one.

    Within GSM's 7-bit alphabet a message holds 160 septets, or 153 where there are several; beyond
    it 70, or 67, UTF-16 units. No character is split between two messages.
    """
    if set(body) <= _ONE_SEPTET | _TWO_SEPTETS:
        alone, joined = 160, 153
        sizes = [2 if character in _TWO_SEPTETS else 1 for character in body]
    else:
        alone, joined = 70, 67
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in body]
    if sum(sizes) <= alone:
        return 1
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return count
