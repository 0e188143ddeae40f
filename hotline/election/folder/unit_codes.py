"""The code of a unit as a table has it: what a spreadsheet took off it is put back."""

from __future__ import annotations

from hotline.election.folder.codes import check_digit, is_well_formed
from hotline.election.model import Election
from hotline.tables.problems import quoted
from hotline.tables.reader import TableRow

_OTHER_NAMES = (
    "precinct code", "keypad code", "unit", "unit code", "site code", "caucus site code",
    "precinct", "precinct number", "precinct no", "pct", "código", "código del precinto",
)  # fmt: skip
SYNONYMS = dict.fromkeys(_OTHER_NAMES, "code")


def read_code(row: TableRow, election: Election, column: str = "code") -> str:
    """The code of one of the election's units; empty, and refused, for any other."""
    written = row.filled(column)
    if not written or written in election.units:
        return written
    code = written.zfill(election.code_digits) if _is_digits(written) else written
    if code in election.units:
        row.mend(column, code)
        return code
    row.refuse(f"no precinct has the code {quoted(written)}", column, _right(code, election))
    return ""


def _right(code: str, election: Election) -> str:
    """What may be meant: a code whose check digit is wrong, or one that is not keyed."""
    if _is_digits(code) and not is_well_formed(code, election.code_digits):
        meant = code[:-1] + check_digit(code[:-1]) if len(code) == election.code_digits else ""
        if meant in election.units:
            unit = election.units[meant]
            return f"its check digit is wrong: {meant} is {unit.name}"
    return "hotline election codes lists them"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
