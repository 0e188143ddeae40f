"""One interface for every rule set: nothing outside its folder asks which rule a contest has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.election.rules import registry
from hotline.election.rules.rule import Rule

ROOT = Path(__file__).parents[3]
INSIDE = ROOT / "hotline/election/rules"
PLACES = ("app.py", "config/*.py", "hotline/**/*.py", "workers/**/*.py")
MODULES = sorted(
    path for place in PLACES for path in ROOT.glob(place) if not path.is_relative_to(INSIDE)
)
TEMPLATES = sorted((ROOT / "hotline").glob("**/templates/**/*.html"))

INTERFACE = frozenset(
    {"evidence", "mistakes", "oddities", "paper", "reach", "registry", "rule", "sheet"}
)
"""The modules of the folder that others may import: none of them is about one rule."""
KINDS = re.compile(r"(is_)?(caucus|plurality)|(Caucus|Plurality)Figures")
NAMES = frozenset(registry.names())


def branches(tree: ast.AST) -> Iterator[str]:
    """Where a module would have to know one rule from another."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                imported = {f"{module}.{alias.name}" for alias in names} | {module}
                for name in imported:
                    found = re.match(r"hotline\.election\.rules\.(\w+)", name)
                    if found and found[1] not in INTERFACE:
                        yield f"{node.lineno}: imports {found[0]}"
            case ast.Constant(value=str(text)) if text in NAMES:
                yield f"{node.lineno}: names {text}"
            case ast.Attribute(attr=name) | ast.Name(id=name) if KINDS.fullmatch(name):
                yield f"{node.lineno}: asks {name}"
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id=kind)]):
                if kind.endswith("Figures"):
                    yield f"{node.lineno}: asks for {kind}"
            case ast.Compare(left=ast.Attribute(attr="rule", value=ast.Name(id="contest"))):
                yield f"{node.lineno}: compares a contest's rule"


def test_nothing_outside_asks_which_rule_it_is() -> None:
    assert len(MODULES) > 300
    found = {
        f"{path.relative_to(ROOT)}:{where}"
        for path in MODULES
        for where in branches(ast.parse(path.read_text()))
        # A term of NIST SP 1500-100 (VoteVariation), not the name of a rule.
        if path.name != "results_nist.py" or "plurality" not in where
    }

    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "from hotline.election.rules.plurality import winners",
        "from hotline.election.rules import caucus",
        "if contest.rule == other: pass",
        "if name == 'nevada-caucus-2020': pass",
        "if contest.is_caucus: pass",
        "isinstance(figures, CaucusFigures)",
        "isinstance(figures, BallotFigures)",
    ],
)
def test_a_branch_would_be_found(source: str) -> None:
    assert list(branches(ast.parse(source)))


def test_no_template_asks_either() -> None:
    code = re.compile(r"{[{%](.*?)[}%]}", re.DOTALL)
    texts = re.compile(r"\"[^\"]*\"|'[^']*'")
    found = {
        f"{path.name}: {part.strip()}"
        for path in TEMPLATES
        for part in code.findall(path.read_text())
        if re.search(r"caucus|plurality|contest\.rule", texts.sub("", part))
    }

    assert TEMPLATES
    assert found == set()


@pytest.mark.parametrize("rule", registry.all_rules(), ids=registry.names())
def test_a_rule_says_what_it_must(rule: Rule) -> None:
    keys = [number.key for number in rule.numbers] + [column.key for column in rule.columns]
    assert rule.numbers
    assert len(set(keys)) == len(keys)
    assert rule.told in [column.key for column in rule.columns]
    assert rule.views.keys() <= rule.checks
    before = {"", *(number.key for number in rule.numbers)}
    for column in rule.columns:
        assert column.of in before
        assert column.mended_by in before
        before.add(column.key)
    for attribute in ("name", "family", "figures", "measures", "table"):
        assert getattr(rule, attribute)


def test_a_measure_is_the_same_under_every_rule() -> None:
    for rule in registry.all_rules():
        for measure in rule.measures:
            assert registry.measure_of(measure.key) == measure


def test_a_name_is_given_once() -> None:
    [rule, *_] = registry.all_rules()
    registry.register(rule)

    class Twin(type(rule)):
        """Another rule under the same name."""

    twin = Twin.__new__(Twin)
    twin.name = rule.name
    with pytest.raises(ValueError, match="already"):
        registry.register(twin)
