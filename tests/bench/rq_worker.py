"""Empty jobs a second through RQ's workers: one that forks for each job, one that does not.

    python -m tests.bench.rq_worker

Rounds alternate; the median counts, and the ratio to the worker that forks. Needs a Redis server
(TEST_REDIS_URL, or redis://127.0.0.1:6379/9; the queue `bench` is used and removed).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

import redis
import rq

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
WORKERS = ("Worker", "SimpleWorker")


def nothing() -> None:
    """The empty job."""


def work(kind: str, jobs: int) -> float:
    """Jobs a second of one worker, from its first job to its last."""
    queue = rq.Queue("bench", connection=redis.Redis.from_url(REDIS_URL))
    queue.enqueue_many(
        [rq.Queue.prepare_data(nothing, timeout=30, result_ttl=0) for _ in range(jobs)]
    )
    worker = getattr(rq, kind)([queue], connection=queue.connection, log_job_description=False)
    began = time.perf_counter()
    worker.work(burst=True, logging_level="ERROR")
    return jobs / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure RQ's workers on empty jobs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--only", choices=WORKERS, help="one round of one worker: its figure alone")
    given = parser.parse_args()
    if given.only:
        print(work(given.only, given.jobs))
        return
    rates: dict[str, list[float]] = {kind: [] for kind in WORKERS}
    for _ in range(given.rounds):
        for kind in WORKERS:  # each in a process of its own, as they install signal handlers
            command = [sys.executable, "-m", __spec__.name, "--only", kind, "--jobs", given.jobs]
            said = subprocess.run(map(str, command), capture_output=True, text=True, check=True)
            rates[kind].append(float(said.stdout))
    base = statistics.median(rates[WORKERS[0]])
    for kind, seen in rates.items():
        middle = statistics.median(seen)
        spread = f"{min(seen):.0f} to {max(seen):.0f}"
        print(f"{kind:14}{middle:8.0f} jobs/s  ratio {middle / base:5.2f}  ({spread})")


if __name__ == "__main__":
    main()
