from pathlib import Path

import pytest

from tests.election.folder.trees import planted


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    return planted(tmp_path)
