"""What comes of a key that the network hears twice: every key of real reports, each in turn.

python -m tests.bench.conversation.doubled_keys [REPORTS]

Of the 1,765 real reports, so many (200) evenly spread are played once for each key of their call,
from a roster phone, one count after the other; half of the chairs do not wait for a question that
a key has silenced. A report is filed as it is on the sheet, or is not filed, so that the chair is
asked again; it is never filed otherwise.
"""

from __future__ import annotations

import sys
from collections import Counter

from hotline.election.rules.registry import rule_of
from tests.bench.night import iowa
from tests.calls.doubled import figures_of, report

REPORTS = 200


def main(reports: int = REPORTS) -> int:
    """Prints how the calls ended; returns how many filed wrong figures."""
    election, reported = iowa()
    keyable = rule_of(election.contests[0]).keyable
    ended: Counter[str] = Counter()
    spread = max(1, len(reported) // reports)
    for place, each in enumerate(reported[::spread][:reports]):
        sheet = {"president": keyable(each.figures["president"])}
        how = {"in_one_go": False, "roster": True, "hurried": place % 2 == 1}
        plain = report(election, each.code, sheet, **how)
        for key in range(plain.pressed):
            call = report(election, each.code, sheet, doubled=key, **how)
            filed = figures_of(call)
            if filed == figures_of(plain):
                ended["filed as on the sheet"] += 1
            else:
                ended["filed otherwise" if filed else "not filed: asked again, or a person"] += 1
    print(f"{reports} reports, each key of their calls heard twice, one at a time")
    for end, calls in ended.most_common():
        print(f"  {end:38}{calls:7}")
    print(f"  {'in all':38}{ended.total():7}")
    return ended["filed otherwise"]


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
