"""Files that are made when they are asked for."""

from __future__ import annotations

from flask import Response


def download(content: str | bytes, name: str, mimetype: str) -> Response:
    """A file that the browser keeps under this name, and nobody on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=mimetype, headers=headers)
