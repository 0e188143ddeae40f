"""Runs the migrations on the connection that `hotline.store.schema.migration` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,  # SQLite alters a table by writing it anew
)
context.run_migrations()
