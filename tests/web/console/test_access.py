from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from hotline.web.console.access import (
    UnstatedAccess,
    Who,
    open_to,
    require_stated_access,
    stated_access,
)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)

    @app.get("/results")
    @open_to(Who.PUBLIC)
    def results() -> str:
        return "for all to see"

    return app


def test_an_app_whose_routes_all_say_who_may_use_them_starts(app: Flask) -> None:
    require_stated_access(app)

    assert stated_access(app) == {"results": Who.PUBLIC}


def test_a_route_that_does_not_say_stops_the_start_and_is_named(app: Flask) -> None:
    desk = Blueprint("desk", __name__)

    @desk.get("/desk/")
    def overview() -> str:
        return "whose?"

    app.register_blueprint(desk)

    with pytest.raises(UnstatedAccess, match=r"desk\.overview"):
        require_stated_access(app)


def test_only_a_folder_of_static_files_goes_unasked(app: Flask) -> None:
    @app.get("/statics")
    def statics() -> str:
        return "not a folder"

    with pytest.raises(UnstatedAccess, match="statics"):
        require_stated_access(app)


def test_stating_access_leaves_the_view_as_it_was(app: Flask) -> None:
    assert app.test_client().get("/results").text == "for all to see"


def test_a_signed_route_is_told_from_a_public_one(app: Flask) -> None:
    @app.post("/voice/answer")
    @open_to(Who.SIGNED)
    def answer() -> str:
        return ""

    assert stated_access(app) == {"results": Who.PUBLIC, "answer": Who.SIGNED}
