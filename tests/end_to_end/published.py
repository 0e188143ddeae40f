"""The public figures, as a program reads them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.end_to_end.newcomer import Paper


class Published:
    """What is published now, against what was published at first."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address
        self._before = self._read()

    def _read(self) -> Any:
        return self._page.request.get(f"{self._address}.json").json()

    def shown(self) -> dict[str, dict[str, str]]:
        """What a page should show: by measure and candidate, without zeros."""
        [contest] = self._read()["contests"]
        names = {candidate["id"]: candidate["name"] for candidate in contest["candidates"]}
        return {
            measure: {names[key]: str(value) for key, value in totals.items() if float(value)}
            for measure, totals in contest["totals"].items()
        }

    def moved_by(self, paper: Paper) -> bool:
        """Whether one unit more is counted than at first, and the paper's figures with it."""
        for _ in range(100):
            now = self._read()
            if now["units"]["reported"] > self._before["units"]["reported"]:
                break
            self._page.wait_for_timeout(100)
        difference = now["units"]["reported"] - self._before["units"]["reported"]
        assert now["is_test"] is True
        assert now["units"]["outstanding"] == self._before["units"]["outstanding"] - difference
        before, after = (d["contests"][0]["totals"] for d in (self._before, now))
        gained = {
            measure: {
                name: after[measure][name] - before[measure][name]
                for name in after[measure]
                if after[measure][name] != before[measure][name]
            }
            for measure in ("first", "final")
        }
        return difference == 1 and gained == {
            column.lower(): {
                name.lower(): int(count)
                for name, count in paper.columns[column].items()
                if count not in ("", "0")
            }
            for column in ("First", "Final")
        }
