"""What the network leaves to chance. A seed makes it repeatable."""

from __future__ import annotations

import random


class Chance(random.Random):
    """Identifiers and accidents of one call; nothing secret comes from it."""

    def sid(self, prefix: str) -> str:
        """An identifier in Twilio's form: two letters and 32 hexadecimal digits."""
        return f"{prefix}{self.getrandbits(128):032x}"

    def happens(self, share: float) -> bool:
        """True in `share` of all cases (0 never, 1 always)."""
        return share > 0 and self.random() < share
