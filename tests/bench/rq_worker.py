"""Empty jobs a second through RQ's workers: one that forks for each job, one that does not.

    python -m tests.bench.rq_worker

Rounds alternate; the median counts, and the ratio to the worker that forks. A Redis server of its
own is started.
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

from tests.bench.web_server import REDIS, own_redis

WORKERS = ("Worker", "SimpleWorker")


def nothing() -> None:
    """The empty job."""


def work(kind: str, jobs: int) -> float:
    """Jobs a second of one worker, from its first job to its last."""
    queue = rq.Queue("bench", connection=redis.Redis.from_url(os.environ[REDIS]))
    queue.enqueue_many(
        [rq.Queue.prepare_data(nothing, timeout=30, result_ttl=0) for _ in range(jobs)]
    )
    worker = getattr(rq, kind)([queue], connection=queue.connection, log_job_description=False)
    began = time.perf_counter()
    worker.work(burst=True, logging_level="ERROR")
    return jobs / (time.perf_counter() - began)


def in_its_own_process(kind: str, jobs: int) -> float:
    """`work` where its signal handlers are in nobody's way."""
    command = [sys.executable, "-m", __spec__.name, "--only", kind, "--jobs", str(jobs)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


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
    with own_redis():
        for _ in range(given.rounds):
            for kind in WORKERS:
                rates[kind].append(in_its_own_process(kind, given.jobs))
    base = statistics.median(rates[WORKERS[0]])
    for kind, seen in rates.items():
        middle = statistics.median(seen)
        spread = f"{min(seen):.0f} to {max(seen):.0f}"
        print(f"{kind:14}{middle:8.0f} jobs/s  ratio {middle / base:5.2f}  ({spread})")


if __name__ == "__main__":
    main()
