"""The languages of the public pages: those of the election in use, chosen by address or browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app, request
from flask.sansio.app import App

from hotline.election.naming import Name, Names
from hotline.languages.catalogue import Language, available, language, languages
from hotline.operations.context import AppContext

EXTENSION = "hotline.languages"

Offered = Callable[[], Sequence[str]]
"""Codes of the languages that pages are offered in, the first for whoever asks for none of them."""

NamesOf = Callable[[str], Mapping[str, Names]]
"""From an election's id to its names by language; empty where all are called alike."""


def use_languages(app: App, offered: Offered) -> None:
    """Has templates speak the language that a request asks for; the first call decides."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = offered
        app.jinja_env.add_extension("jinja2.ext.i18n")
        templates: Any = app.jinja_env
        templates.install_gettext_callables(
            lambda text: chosen_language().gettext(text),
            lambda one, many, number: chosen_language().ngettext(one, many, number),
            newstyle=True,
        )


def offered_languages() -> tuple[Language, ...]:
    """All that a page can be read in."""
    offered: Offered = current_app.extensions[EXTENSION]
    return languages(offered())


def asked_language() -> str | None:
    """The code of the language that the address asks for, if pages are offered in it."""
    asked = request.args.get("lang")
    return asked if asked in [words.code for words in offered_languages()] else None


def chosen_language() -> Language:
    """The language that the address, or else the browser, asks for."""
    codes = [words.code for words in offered_languages()]
    return language(asked_language() or request.accept_languages.best_match(codes) or codes[0])


def languages_in_use(parts: AppContext) -> Offered:
    """The languages of the election in use; before one is loaded, all that there are words for."""

    def offered() -> Sequence[str]:
        active = parts.known_election()
        return available() if active is None else active.election.languages

    return offered


def names_in_use(parts: AppContext) -> NamesOf:
    """The names of the election in use; none for the results of another one."""

    def names_of(election_id: str) -> Mapping[str, Names]:
        active = parts.known_election()
        if active is None or active.election.id != election_id:
            return {}
        return active.election.names

    return names_of


def in_language(document: Mapping[str, Any], names: Names | None) -> Mapping[str, Any]:
    """A published document with its title, contests and candidates as the language names them."""
    if names is None:
        return document
    title = names.election.label or document["title"]
    contests = [_contest(contest, names) for contest in document["contests"]]
    return {**document, "title": title, "contests": contests}


def _contest(contest: Mapping[str, Any], names: Names) -> dict[str, Any]:
    title = names.contests.get(contest["id"], Name()).label or contest["title"]
    candidates = [
        _candidate(one, names.candidates.get((contest["id"], one["id"]), Name()))
        for one in contest["candidates"]
    ]
    return {**contest, "title": title, "candidates": candidates}


def _candidate(candidate: Mapping[str, Any], name: Name) -> Mapping[str, Any]:
    return {**candidate, "name": name.label, "surname": name.label} if name.label else candidate
