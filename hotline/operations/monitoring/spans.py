"""How long something takes, as people say it."""

from __future__ import annotations

TENS = 10  # seconds; a span below a minute is said in steps, so that not every look says another


def span(seconds: float | None) -> str:
    """`40 s`, `4 min`, `2 h 5 min`; never more than it is."""
    whole = max(0, int(seconds or 0))
    if whole < 60:
        return f"{whole // TENS * TENS or whole} s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
