"""Files that are made when they are asked for; every table as CSV and as a workbook."""

from __future__ import annotations

from flask import Response

from hotline.tables.writer import KINDS, TableFile

MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KIND = f"<any({', '.join(KINDS)}):kind>"
"""How the address of a table ends: its view takes the `kind`."""


def download(content: str | bytes, name: str, mimetype: str) -> Response:
    """A file that the browser keeps under this name, and nobody on the way."""
    return Response(content, mimetype=mimetype, headers=_headers(name))


def table_file(table: TableFile, name: str, kind: str) -> Response:
    """A table under this name, without its ending. CSV goes out while it is read, so that nothing
    of a long one is kept here."""
    content = table.csv() if kind == "csv" else table.xlsx()
    return Response(content, mimetype=MIMETYPES[kind], headers=_headers(f"{name}.{kind}"))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
