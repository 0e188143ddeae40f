"""Checks a publication by docs/verification.md alone, and imports nothing of the program.

python independent_verifier.py results.json results.sig key.pem ledger.jsonl
"""

import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction as F
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def sha(text):
    return sha256(text.encode()).hexdigest()


def need(condition, what):
    if not condition:
        sys.exit(f"refused: {what}")


def due(people):  # rules.md, 8
    return next(
        d for most, d in ((20, 4), (40, 5), (60, 6), (80, 7), (100, 8), (1e9, 9)) if people <= most
    )


results, signature, key = (Path(name).read_bytes() for name in sys.argv[1:4])
load_pem_public_key(key).verify(signature, results)
opening, definition, *lines = (
    json.loads(line) for line in Path(sys.argv[4]).read_text().splitlines()
)
definition, said = definition["definition"], json.loads(results)
start = {name: opening[name] for name in ("ledger", "election", "is_test", "opened_at")}
need(said["is_test"] is opening["is_test"], "is_test")
need(said["ledger"]["definition"] == sha(canonical(definition)), "definition")
previous, versions = sha("0" * 64 + "\n" + canonical(start)), defaultdict(dict)
for number, line in enumerate(lines[: said["ledger"]["entries"]], 1):
    entry = {name: value for name, value in line.items() if name not in ("digest", "reported")}
    previous = sha(previous + "\n" + canonical(entry))
    where = f"unit {line['unit']}, version {line['version']}, step {line['step']}"
    need(line["number"] == number and line["digest"] == previous, where)
    version = versions[line["unit"]].setdefault(line["version"], {"status": "", **line})
    if line["step"] == 1 and "reported" in line:
        need(sha(canonical(line["reported"])) == line["figures"], where)
    version["status"] = line["status"]
need(previous == said["ledger"]["head"], "head")

units = {code: (kind, county, pool, d) for code, kind, county, pool, d in definition["units"]}
marks, sums, people = Counter(total=len(units)), defaultdict(Counter), Counter()
for code, (kind, county, pool, _) in units.items():
    mine = versions.get(code, {}).values()
    counted = [v for v in mine if v["status"] == "counted"]
    held = any(v["status"] == "held" for v in mine)
    contested = bool(counted) and (held or counted[0]["doubtful"])
    again = {v["figures"] for v in mine if v["status"] == "corroborating"}
    marks["reported"] += bool(counted) or held
    marks["held"] += held and not counted
    marks["outstanding"] += not counted and not held
    marks["contested"] += contested
    marks["verified"] += bool(counted) and not contested and counted[0]["figures"] in again
    for contest, figures in (counted[0]["reported"] if counted else {}).items():
        for measure in ("first", "final"):
            sums[contest, measure].update(figures[measure])
        n = figures["attendance"]
        scope = ("pool", pool) if kind == "satellite" else ("county", county)
        people[contest, scope] += n
        for id, won in figures["delegates"].items():
            sums[contest, scope][id] += F(won * n, due(n)) if scope[0] == "pool" else won
worth = {
    ("county", name): (F(state, elected), 1) for name, elected, state in definition["counties"]
}
pools = {("pool", name): F(state) for name, state in definition["pools"]}
missing = [
    code
    for code in units
    if not any(v["status"] in ("counted", "held") for v in versions.get(code, {}).values())
]
lost = [one["code"] for one in said.get("lost", [])]
need(len(set(lost)) == len(lost) and set(lost) <= set(missing), "lost")
need(said["status"] != "certified" or (not marks["held"] and set(lost) == set(missing)), "status")
need(dict(marks) == said["units"] and all(type(n) is int for n in said["units"].values()), "units")
for contest in said["contests"]:
    for measure in ("first", "final"):
        found = {id: sums[contest["id"], measure][id] for id in contest["totals"][measure]}
        need(found == contest["totals"][measure], f"{contest['id']}, {measure}")
    for id, told in contest["totals"]["sde"].items():
        share = sum(w * sums[contest["id"], scope][id] for scope, (w, _) in worth.items())
        for scope, state in pools.items():
            share += state * sums[contest["id"], scope][id] / (people[contest["id"], scope] or 1)
        tens = int(share * 10_000 + F(1, 2))
        need(told == f"{tens // 10_000}.{tens % 10_000:04}", f"{contest['id']}, sde of {id}")
print("accepted")
