"""A form whose words must not be lost: done, or why not, said on the form itself."""

from __future__ import annotations

import logging
from collections.abc import Callable

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.actors import NotAllowedError
from hotline.web.console.pages import sentence

log = logging.getLogger(__name__)

DOWN = "Something is down at the moment, and it was not done: try again."


def form_errors(work: Callable[[], object], *refusals: type[Exception]) -> tuple[str, int]:
    """Why it was not done and the status to answer with; an empty sentence where it was."""
    try:
        work()
    except NotAllowedError as error:
        return sentence(str(error)), 403
    except refusals as error:
        return sentence(str(error)), 422
    except (RedisError, SQLAlchemyError):
        log.exception("not done")
        return DOWN, 503
    return "", 200
