"""All benchmarks, one after the other: each prints its figures next to their baselines.

python -m tests.bench [NAME ...]
"""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "time_on_line",
    "conversation.doubled_keys",
    "step",
    "tabulation",
    "rq_worker",
    "web_server",
    "stalled",
    "beside_pages",
    "records",
    "front_door",
    "attacks",
    "flood",
    "queue",
    "desks",
    "overview",
    "desk_night",
    "call_search",
    "activity",
    "results",
)


def main(names: list[str]) -> int:
    """The number of benchmarks that could not be carried out."""
    failed = 0
    for name in names or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}"]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
