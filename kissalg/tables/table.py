"""A table of texts and rational numbers, and the formats it can be written in.

Main definition: `Table`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from kissalg.atomic import write_atomically
from kissalg.errors import ParameterError
from kissalg.exact.rational import decimal_down, decimal_up, rational

__all__ = ["FORMATS", "Cell", "Decimal", "Table"]


@dataclass(frozen=True)
class Decimal:
    """A rational number that is printed as a decimal, rounded up (or down) to so many places."""

    value: Fraction
    places: int = 6
    down: bool = False

    def __str__(self) -> str:
        value = rational(self.value)
        return decimal_down(value, self.places) if self.down else decimal_up(value, self.places)


Cell: TypeAlias = "str | int | Decimal | None"


@dataclass(frozen=True, repr=False)
class Table:
    r"""A title, named columns, rows of as many cells, and a note.

    >>> table = Table("Kissing", ("n", "bound"), ((3, Decimal(Fraction(37, 3), 2)), (8, 240)))
    >>> print(table.text())
    Kissing
    n  bound
    3  12.34
    8    240
    >>> table.csv()
    'n,bound\r\n3,12.34\r\n8,240\r\n'
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ParameterError(f"row {index}: expected {len(self.columns)} cells, found {len(row)}")

    def __repr__(self) -> str:
        return f"Table({self.title!r}, {len(self.rows)} rows)"

    def text(self) -> str:
        """Aligned columns for a terminal: numbers to the right."""
        cells = [list(self.columns), *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(self.columns))]
        left = [any(isinstance(row[k], str) for row in self.rows) for k in range(len(self.columns))]
        lines = [
            "  ".join(cell.ljust(w) if side else cell.rjust(w) for cell, w, side in zip(row, widths, left, strict=True))
            for row in cells
        ]
        return "\n".join(line.rstrip() for line in (self.title, *lines, *([self.note] if self.note else ())))

    def csv(self) -> str:
        """Comma-separated values (RFC 4180), decimals as printed."""
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(self.columns)
        writer.writerows([_guarded(cell) for cell in row] for row in self.rows)
        return stream.getvalue()

    def json(self) -> str:
        """An object with the title, the columns, the note, and one object for each row.

        Of a decimal it has the exact fraction, too.
        """
        rows = [
            {name: _json(cell) for name, cell in zip(self.columns, row, strict=True)}
            | {
                f"{name} (exactly)": f"{cell.value.numerator}/{cell.value.denominator}"
                for name, cell in zip(self.columns, row, strict=True)
                if isinstance(cell, Decimal)
            }
            for row in self.rows
        ]
        tree = {"title": self.title, "columns": list(self.columns), "rows": rows, "note": self.note}
        return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"

    def latex(self) -> str:
        """A `table` with a `tabular` in the style of the package booktabs."""
        kinds = "".join(
            "l" if any(isinstance(row[k], str) for row in self.rows) else "r" for k in range(len(self.columns))
        )
        body = [" & ".join(_latex(_shown(cell)) for cell in row) + r" \\" for row in self.rows]
        caption = _latex(self.title) + (f" {_latex(self.note)}" if self.note else "")
        lines = [
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\begin{{tabular}}{{{kinds}}}",
            r"\toprule",
            " & ".join(map(_latex, self.columns)) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            rf"\caption{{{caption}}}",
            r"\end{table}",
        ]
        return "\n".join(lines) + "\n"

    def markdown(self) -> str:
        """A table as GitHub and pandoc read it."""
        lines = [self.columns, tuple("---" for _ in self.columns), *(tuple(map(_shown, row)) for row in self.rows)]
        table = "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)
        return f"{self.title}\n\n{table}\n" + (f"\n{self.note}\n" if self.note else "")

    def save(self, path: Path) -> None:
        """Write the table, atomically, in the format that the suffix names.

        Args:
            path: the file, with one of the suffixes .txt, .csv, .json, .tex and .md.

        Raises:
            ParameterError: the suffix names no format.
            OSError: the file cannot be written.
        """
        if path.suffix not in SUFFIXES:
            raise ParameterError(f"{path}: expected a name that ends with {', '.join(SUFFIXES)}")
        write_atomically(path, FORMATS[SUFFIXES[path.suffix]](self).encode())


FORMATS: Mapping[str, Callable[[Table], str]] = {
    "text": lambda table: table.text() + "\n",
    "csv": Table.csv,
    "json": Table.json,
    "latex": Table.latex,
    "markdown": Table.markdown,
}
SUFFIXES: Mapping[str, str] = {".txt": "text", ".csv": "csv", ".json": "json", ".tex": "latex", ".md": "markdown"}


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _guarded(cell: Cell) -> str:
    """The text of a cell, which begins with an apostrophe where a spreadsheet would take it for a formula.

    Names of files may have been chosen by others.
    """
    text = _shown(cell)
    return f"'{text}" if isinstance(cell, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _json(cell: Cell) -> str | int | None:
    return str(cell) if isinstance(cell, Decimal) else cell


_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "θ": r"$\theta$",
    "≤": r"$\leq$",
    "ϑ": r"$\vartheta$",
    "α": r"$\alpha$",
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
