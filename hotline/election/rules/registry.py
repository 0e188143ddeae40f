"""The rule sets by name: whatever module of this folder has a `RULE`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hotline.election import rules
from hotline.election.model import Contest, Election, Figures
from hotline.election.rules.rule import Rule
from hotline.election.rules.sheet import Below, Column, Measure, Number, Text

DEFAULT_RULE = "plurality"
"""How votes are counted where whoever makes an election says nothing of it."""

_registered: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Makes a rule known under its name. ValueError where another one has it."""
    if _registered.setdefault(rule.name, rule) is not rule:
        raise ValueError(f"there is a rule {rule.name} already")


def unregister(name: str) -> None:
    """Forgets a rule that was tried."""
    del _registered[name]


@cache
def _find() -> None:
    """Registers the rules of this folder, in the order of their modules' names."""
    for module in iter_modules(rules.__path__):
        found = getattr(import_module(f"{rules.__name__}.{module.name}"), "RULE", None)
        if found is not None:
            register(found)


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which they are listed."""
    _find()
    return tuple(_registered.values())


def names() -> tuple[str, ...]:
    """Their names, as `election.toml` has them."""
    return tuple(rule.name for rule in all_rules())


def named(name: str) -> Rule:
    """The rule of that name. ValueError where there is none."""
    _find()
    try:
        return _registered[name]
    except KeyError:
        raise ValueError(f"no rule is called {name}") from None


def rule_of(contest: Contest) -> Rule:
    """The rule of a contest."""
    return named(contest.rule)


def rules_of(election: Election) -> tuple[Rule, ...]:
    """The rules of an election's contests, each once."""
    return tuple(dict.fromkeys(rule_of(contest) for contest in election.contests))


def decode(document: Mapping[str, Any]) -> Figures:
    """The figures that `Figures.to_document` wrote: their keys say which kind they are of.

    KeyError, TypeError or ValueError for any other document.
    """
    for rule in all_rules():
        if rule.reads(document):
            return rule.decode(document)
    raise ValueError("figures of no known rule")


# --- What any rule may name


def measures() -> dict[str, Measure]:
    """Measures by key."""
    return {measure.key: measure for rule in all_rules() for measure in rule.measures}


def measure_of(key: str) -> Measure:
    """The measure of that key; one that no rule has is called by it."""
    return measures().get(key, Measure(key, key))


def columns() -> dict[str, Column]:
    """Columns of any sheet by key."""
    return {column.key: column for rule in all_rules() for column in rule.columns}


def numbers() -> dict[str, Number]:
    """Single numbers of any sheet by key."""
    return {number.key: number for rule in all_rules() for number in rule.numbers}


def lines_below() -> dict[str, Below]:
    """Lines below the candidates of any sheet, by their key in the figures."""
    return {line.key: line for rule in all_rules() for line in rule.below}


def texts() -> tuple[Text, ...]:
    """All that the voice says of any rule's sheet, each once."""
    return tuple(dict.fromkeys(text for rule in all_rules() for text in texts_of(rule)))


def texts_of(rule: Rule) -> tuple[Text, ...]:
    """All that the voice says of a rule's sheet, each once."""
    found: list[Text | None] = []
    found += [rule.lot_asked if rule.awarded else None, rule.which, *rule.remarks]
    found += [text for number in rule.numbers for text in (number.ask, number.mend)]
    found += [text for column in rule.columns for text in (column.ask, column.over, column.mend)]
    found += [line.said for line in rule.below]
    found += [measure.said for measure in rule.measures]
    return tuple(dict.fromkeys(text for text in found if text is not None))
