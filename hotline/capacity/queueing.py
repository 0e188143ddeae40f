"""How long callers wait for one of so many people, and how many lines are in use. Pure.

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges" (1917), for the calls that find all lines in use (his formula B);
G. F. Newell, "Applications of Queueing Theory" (1982), chapter 2, for a queue as a fluid, which is
what has come less what could be answered; W. A. Massey and J. Pender, "Gaussian skewness
approximation for dynamic rate multi-server queues with abandonment" (Queueing Systems 75, 2013),
for mean and variance of a queue whose rush comes and goes, of which the simplest case is taken, the
Gaussian closure, with nobody who gives up; and S. G. Eick, W. A. Massey and W. Whitt, "The physics
of the Mt/G/infinity queue" (Operations Research 41, 1993), for a line without waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, erf, exp, floor, pi, sqrt

STEPS_OF_A_CALL = 8
LEAST_STEPS = 4  # of a minute


@dataclass(frozen=True, slots=True)
class Waits:
    """What callers of a night wait, in minutes.

    `longest`: of those who call at the worst moment. `late`: the share of all callers who wait for
    more than a minute. `over`: the minute of the night in which the last of a queue is answered; 0
    if people keep up with the calls all night.
    """

    mean: float
    longest: float
    late: float
    over: int


def waits(calls: Sequence[float], minutes: float, people: int) -> Waits:
    """`calls` come in each minute, each takes so many `minutes`, and whoever is first is next.

    Nobody hangs up, and nobody calls twice. Mean and share are the closure's; the longest wait is
    the fluid's where that is more, as it is when people do not keep up by far.
    """
    weighted = late = longest = 0.0
    for share, wait, is_late in _closure(calls, minutes, people):
        weighted += share * wait
        late += share * is_late
        longest = max(longest, wait)
    queue, most, over = _fluid(calls, people / minutes)
    longest = max(longest, most * minutes / people)
    whole = sum(calls)
    if not whole:
        return Waits(0.0, 0.0, 0.0, 0)
    if queue > 0:
        over = len(calls) + floor(queue * minutes / people) + 1
    return Waits(weighted / whole, longest, late / whole, over)


def _fluid(calls: Sequence[float], answered: float) -> tuple[float, float, int]:
    """The queue at the end, the most that it was, and the minute after which there was none."""
    queue = most = 0.0
    over = 0
    for minute, n in enumerate(calls, 1):
        queue = max(queue + n - answered, 0.0)
        most = max(most, queue)
        over = minute if queue > 0 else over
    return queue, most, over


def _closure(
    calls: Sequence[float], minutes: float, people: int
) -> Iterator[tuple[float, float, float]]:
    """For each step of the night: calls that come, their mean wait, the share of them late.

    The calls that are up or wait are taken for normally distributed. Then those being answered, and
    their covariance with all, are known (Stein's lemma), and with them how mean and variance go on.
    """
    answered = people / minutes
    steps = max(LEAST_STEPS, ceil(STEPS_OF_A_CALL / minutes))
    mean = variance = 0.0
    for n in calls:
        for _ in range(steps):
            spread = sqrt(max(variance, 1e-9))
            beyond = _excess(mean - people + 0.5, spread)  # of whole calls: one more than people
            is_late = 1 - _below((people + answered - 0.5 - mean) / spread)
            yield n / steps, beyond / answered, is_late
            idle = _excess(people - mean, spread)
            leaving = max(people - idle, 0.0) / minutes
            falling = 2 * variance * _below((people - mean) / spread) / minutes
            mean = max(mean + (n - leaving) / steps, 0.0)
            variance = max(variance + (n + leaving - falling) / steps, 0.0)


def _excess(mean: float, spread: float) -> float:
    """The mean of a normal variable where it is positive, counted as 0 elsewhere."""
    z = mean / spread
    return max(mean * _below(z) + spread * exp(-z * z / 2) / sqrt(2 * pi), 0.0)


def _below(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


def people_needed(calls: Sequence[float], minutes: float, longest: float) -> int:
    """The fewest people with whom even who calls at the worst moment waits no more minutes."""
    low, high = 0, 1
    while waits(calls, minutes, high).longest > longest:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if waits(calls, minutes, middle).longest > longest:
            low = middle
        else:
            high = middle
    return high


def most_at_once(calls: Sequence[float], minutes: float) -> float:
    """The most calls that are up together, on average, where each is answered at once.

    Those are the calls of the last `minutes`, whatever came before.
    """
    whole = int(minutes)
    padded = [0.0] * (whole + 1) + list(calls) + [0.0] * (whole + 1)
    return max(
        sum(padded[end - whole : end]) + (minutes - whole) * padded[end - whole - 1]
        for end in range(whole + 1, len(padded) + 1)
    )


def shares_blocked(load: float) -> Iterator[float]:
    """The share of calls that find all lines in use: with no line, with one, with two, and so on.

    `load`: calls at once if all got one.
    """
    share = 1.0
    for lines in count(1):
        yield share
        share = load * share / (lines + load * share)


def lines_needed(load: float, blocked: float) -> int:
    """The fewest lines of which all are in use for no more than this share of calls."""
    return next(lines for lines, share in enumerate(shares_blocked(load)) if share <= blocked)
