"""A benchmark that lacks its tool says so in one line, and starts nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

HERE = Path("/proc/self/task")


def children() -> set[str]:
    return {pid for task in HERE.iterdir() for pid in (task / "children").read_text().split()}


@pytest.mark.parametrize("name", ["flood.__main__", "front_door", "results", "step", "web_server"])
def test_without_wrk_it_says_so_and_leaves_no_server(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not HERE.is_dir():
        pytest.skip("looks into /proc")
    main = import_module(f"tests.bench.{name}").main
    monkeypatch.setattr("sys.argv", [name])
    monkeypatch.setenv("PATH", str(tmp_path))
    before = children()

    with pytest.raises(SystemExit, match=r"^The benchmark needs wrk: apt-get install wrk$"):
        main()

    assert children() == before
