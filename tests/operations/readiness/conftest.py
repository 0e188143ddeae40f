from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from config.settings import Settings
from hotline.operations.context import AppContext, connect_redis, utc_now
from tests.operations.readiness.whole import Whole, settings_of, whole


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    (tmp_path / "var").mkdir()
    return settings_of(tmp_path / "var", database_url, redis_url)


@pytest.fixture
def line(settings: Settings, engine: Engine, redis: Redis) -> Iterator[Whole]:
    """A whole line in good order."""
    with (
        connect_redis(settings.redis_url) as client,
        whole(AppContext(settings, engine, client, utc_now)) as found,
    ):
        yield found
