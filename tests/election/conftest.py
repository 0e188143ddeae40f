"""Settings for the tests of this floor."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.election.folder.trees import planted

# A machine that is busy with something else is no reason to fail.
settings.register_profile("without-deadline", parent=settings(), deadline=None)
settings.load_profile("without-deadline")


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    return planted(tmp_path)
