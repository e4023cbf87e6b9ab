"""Which format a file has, and the check that goes with it.

Main definitions: `FORMATS`, `CheckOptions`, `check_file`, `recognise`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from flint import fmpq

from kissalg.errors import ExactnessError, PublishedError
from kissalg.exact.rational import rational
from kissalg.kernel import Report, Verdict
from kissalg.published import (
    configuration_bound,
    facets,
    fixed_size_witness,
    gram_matrices,
    graph_dual,
    knwit,
    knwit_container,
    linear_programming,
    sdpa_bounds,
    three_point_values,
)
from kissalg.published.configuration_text import read_configuration
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import parse_json, read_bytes, read_text, shown
from kissalg.published.sdpa_solution import read_solution
from kissalg.sdp.sdpa import read_sdpa
from kissalg.verdict import verify

__all__ = ["FORMATS", "CheckOptions", "check_file", "recognise"]


@dataclass(frozen=True)
class CheckOptions:
    """What the command line says beyond the file.

    Attributes:
        cos: the cosine that no pair of a configuration may exceed.
        gram: a bare matrix holds inner products.
        dimension: of the space, for formats that do not state it.
        manifest: the JSON manifest of a KNWIT003 container.
        solution: a solution file for an SDPA problem.
    """

    cos: str | None = None
    gram: bool = False
    dimension: int | None = None
    manifest: Path | None = None
    solution: Path | None = None


def _check_certificate(data: bytes, options: CheckOptions) -> Finding:
    report: Report = verify(data)
    if report.verdict is Verdict.MALFORMED:
        raise PublishedError(f"a kissalg certificate that is malformed: {report.reason} {report.path}")
    outcome = Outcome.VERIFIED if report.verified else Outcome.REJECTED
    statement = str(report.claim)
    reason = "" if report.verified else f"{report.reason} {report.path}".strip()
    return Finding("certificate", outcome, statement, reason, (report.claim.theorem if report.claim else "",))


def _check_configuration(data: bytes, options: CheckOptions) -> Finding:
    found = read_configuration(read_text(data), gram=options.gram, cos=options.cos)
    return configuration_bound.check_configuration(found, options.cos)


def _check_fixed_size(data: bytes, options: CheckOptions) -> Finding:
    witness = fixed_size_witness.read_fixed_size_witness(read_text(data), options.dimension)
    return fixed_size_witness.check_fixed_size_witness(witness)


def _check_knwit(data: bytes, options: CheckOptions) -> Finding:
    if options.manifest is not None:
        manifest = knwit.read_manifest(read_text(read_bytes(options.manifest)))
        witness = knwit.read_witness(data, manifest.n, manifest.cos, manifest.degree)
        return knwit.check_witness(witness, manifest.bound, manifest.sha256, data)
    if options.dimension is None:
        raise PublishedError(
            "a KNWIT003 container does not hold its parameters: give --manifest FILE, or --dimension N"
        )
    cos = rational(options.cos) if options.cos is not None else fmpq(1, 2)
    return knwit.check_witness(knwit.read_witness(data, options.dimension, cos))


def _check_sdpa(data: bytes, options: CheckOptions) -> Finding:
    try:
        problem = read_sdpa(read_text(data))
    except ExactnessError as error:
        raise PublishedError(f"not a problem in the sparse SDPA format: {error}") from None
    start = None
    if options.solution is not None:
        start = read_solution(read_text(read_bytes(options.solution)), problem)
    return sdpa_bounds.check_sdpa(problem, start)


def _json_check(check: Callable[[Any], Finding]) -> Callable[[bytes, CheckOptions], Finding]:
    def read_and_check(data: bytes, _options: CheckOptions) -> Finding:
        tree = parse_json(read_text(data))
        if not isinstance(tree, dict):
            raise PublishedError(f"the file: expected a JSON object, found {shown(tree)}")
        return check(tree)

    return read_and_check


FORMATS: Mapping[str, Callable[[bytes, CheckOptions], Finding]] = {
    "certificate": _check_certificate,
    "configuration": _check_configuration,
    "three-point-fixed-n": _check_fixed_size,
    "three-point-values": _json_check(three_point_values.check_values),
    "knwit": _check_knwit,
    "sdpa": _check_sdpa,
    "delsarte": _json_check(linear_programming.check_delsarte),
    "cohn-elkies": _json_check(linear_programming.check_cohn_elkies),
    "graph-dual": _json_check(graph_dual.check_graph_dual),
    "facets": _json_check(facets.check_facets),
    "gram-matrices": _json_check(gram_matrices.check_gram_matrices),
}
"""The formats by name; docs/formats.md has a page on each."""

# keys that a JSON object of the format has, and no other format has all of them
_KEYS: tuple[tuple[str, frozenset[str]], ...] = (
    ("certificate", frozenset({"theorem", "witness", "parameters"})),
    ("three-point-fixed-n", frozenset({"n", "D", "cut", "F"})),
    ("three-point-values", frozenset({"n", "degree", "blocks"})),
    ("cohn-elkies", frozenset({"threshold", "transform_nonnegative"})),
    ("delsarte", frozenset({"gegenbauer", "dimension"})),
    ("graph-dual", frozenset({"edges", "weights"})),
    ("facets", frozenset({"facets"})),
    ("gram-matrices", frozenset({"matrices"})),
    ("gram-matrices", frozenset({"qdash_matrices"})),
    ("configuration", frozenset({"points"})),
    ("configuration", frozenset({"gram"})),
    ("configuration", frozenset({"vectors"})),
    ("configuration", frozenset({"centers"})),
    ("configuration", frozenset({"sphere_centers"})),
)


def recognise(data: bytes) -> str:
    """The name of the format of some bytes.

    Raises:
        PublishedError: no format is recognised; the message lists them.

    >>> recognise(b"[[1, 0], [0, 1]]"), recognise(b"KNWIT003...")
    ('configuration', 'knwit')
    """
    if data.startswith(knwit_container.MAGIC):
        return "knwit"
    text = read_text(data)
    start = text.lstrip()[:1]
    if start == "[":
        return "configuration"
    if start == "{":
        tree = parse_json(text)
        keys = set(tree)
        for name, wanted in _KEYS:
            if wanted <= keys:
                return name
        listed = ", ".join(shown(key) for key in sorted(keys)[:12]) or "none"
        raise PublishedError(f"{_unknown()} The file is a JSON object with the keys {listed}.")
    rows = _rows_of_numbers(text)
    if rows and rows[0][0].isdigit() and len(rows) >= 4 and len(rows[-1]) == 5 and any(len(row) != 5 for row in rows):
        return "sdpa"
    if rows:
        return "configuration"
    if any(mark in text[:_GLANCE] for mark in ("xVec", "yMat", "phase.value")):
        raise PublishedError(
            "A solution file of SDPA says nothing without its problem: kissalg check PROBLEM.dat-s --solution FILE."
        )
    raise PublishedError(_unknown())


_GLANCE = 1 << 16  # characters at either end of a text, from which its format is guessed
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:/[0-9]+)?|[0-9]*\.[0-9]*)(?:[eEdD][+-]?[0-9]+)?", re.ASCII)


def _rows_of_numbers(text: str) -> list[list[str]]:
    """The numbers that begin each line, at the two ends of a text; empty if a line begins with anything else."""
    ends = (
        text
        if len(text) <= 2 * _GLANCE
        else f"{text[:_GLANCE].rpartition(chr(10))[0]}\n{text[-_GLANCE:].partition(chr(10))[2]}"
    )
    rows: list[list[str]] = []
    for line in ends.splitlines():
        words = [word for word in re.split(r"[\s,;=(){}\[\]]+", line.partition("#")[0]) if word]
        if not words or words[0][0] in '*"':
            continue
        numbers = list(takewhile(_NUMBER.fullmatch, words))
        if not numbers:
            return []
        rows.append(numbers)
    return rows


def _unknown() -> str:
    return f"The format is not recognised. Formats: {', '.join(FORMATS)}; name one as the first argument to try it."


def check_file(path: Path, format: str | None = None, options: CheckOptions | None = None) -> Finding:  # noqa: A002  # the word of the trade
    """Read a file, recognise its format unless it is given, and judge it.

    Args:
        path: the file.
        format: a key of `FORMATS`; by default it is recognised.
        options: what the file does not say itself.

    Returns:
        The verdict.

    Raises:
        PublishedError: the file cannot be read, or does not follow its format.
        ExactnessError: an option is not an exact number.
    """
    options = options or CheckOptions()
    if format is not None and format not in FORMATS:
        raise PublishedError(f"expected a format among {', '.join(FORMATS)}, found {format[:40]!r}")
    data = read_bytes(path)
    return FORMATS[format or recognise(data)](data, options)
