"""What costs much and is seldom a test's subject, made cheap: passwords, routes, templates.

Where it is the subject, the fixture `real_passwords` gives the parameters of the program back.
"""

from __future__ import annotations

from typing import Any, ClassVar

from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from hotline.operations.accounts import passwords

REAL_HASHER = passwords.HASHER
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class CompiledRule(Rule):
    """Compiled once, however many applications have it: all routes take a third of a second."""

    known: ClassVar[dict[tuple[Any, ...], dict[str, Any]]] = {}

    def compile(self) -> None:
        given = (self.rule, self.subdomain, self.host, self.strict_slashes, self.merge_slashes)
        key = (*given, repr(self.defaults), *self.map.converters.values())
        if key not in self.known:
            super().compile()
            made = {name: value for name, value in vars(self).items() if name.startswith("_")}
            self.known[key] = {**made, "arguments": frozenset(self.arguments)}
        vars(self).update(self.known[key])


class CompiledTemplates(BytecodeCache):
    """Compiled once, however many applications show them: that was a third of a page's test."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[Any, ...]:
        """Its name and source, and what its application makes of the language of templates."""
        of = bucket.environment
        language = of.trim_blocks, of.lstrip_blocks, getattr(of, "newstyle_gettext", None)
        return bucket.key, bucket.checksum, *language, *of.extensions


def make_cheap() -> None:
    passwords.HASHER = CHEAP_HASHER
    Flask.url_rule_class = CompiledRule
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
