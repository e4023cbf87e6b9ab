"""Numerical solutions of the three-point bound, as block matrices of decimals in JSON, made into exact certificates.

An object with the keys n, cos (1/2 by default), degree, basis and blocks. With basis "kissalg", blocks are named as the
variables of `kissalg.families.three_point.model` (a, B, F0, …, Q0, Q1, R0.trv, …) and use its bases; with basis
"monomial" they are those of KNWIT003, named `F/00`, `a/00`, `trivariatesos/1/trv`, `univariatesos/1` and so on (the
representation by its name). Numbers are decimals in JSON or strings, read exactly.

A numerical solution proves nothing as it stands. `certify_values` shifts it into the interior, absorbs what the
identities miss, and writes a certificate whose bound is a little above that of the file.

Main definitions: `ThreePointValues`, `read_values`, `check_values`, `certify_values`, `write_values`.

Source: Machado and Oliveira (2018), section 6.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.algebra.gram import KINDS
from kissalg.certificate import Certificate
from kissalg.errors import PublishedError
from kissalg.exact.rational import fraction, rational
from kissalg.families.three_point.model import ThreePointProblem, three_point
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import cosine, integer, matrix_of, member, numbers, shown
from kissalg.published.knwit import MAX_DEGREE, Witness, block_names, from_values, kissalg_values
from kissalg.published.numeric import certificate_from_values, judge_values
from kissalg.sdp.model import NonnegativeVariable, Value
from kissalg.solvers import NumericSolution

__all__ = ["ThreePointValues", "certify_values", "check_values", "read_values", "write_values"]

FORMAT = "three-point-values"


@dataclass(frozen=True, repr=False)
class ThreePointValues:
    """Values of the variables of a three-point bound, in the bases of kissalg."""

    problem: ThreePointProblem
    values: Mapping[str, Value]

    @property
    def objective(self) -> fmpq:
        """The objective at these values."""
        return self.problem.objective_value(self.values)

    def __repr__(self) -> str:
        return f"ThreePointValues({self.problem.claim(self.objective)}, unproved)"


def read_values(tree: Any) -> ThreePointValues:
    """The solution in a JSON object.

    Raises:
        PublishedError: a block is missing, or has a wrong size.
    """
    n = integer(member(tree, "n"), "n", 3, 10_000)
    degree = integer(member(tree, "degree"), "degree", 1, MAX_DEGREE)
    cos = cosine(tree.get("cos", "1/2"), "cos")
    blocks = member(tree, "blocks")
    basis = tree.get("basis", "kissalg")
    if basis == "monomial":
        witness = Witness(n, cos, degree, _monomial_blocks(blocks, degree))
        return ThreePointValues(witness.problem, kissalg_values(witness))
    if basis != "kissalg":
        raise PublishedError(f'basis: expected "kissalg" or "monomial", found {shown(basis)}')
    problem = three_point(n, fraction(cos), degree)
    values: dict[str, Value] = {}
    for variable in problem.variables:
        tree_of_it = member(blocks, variable.name, "blocks")
        if isinstance(variable, NonnegativeVariable):
            values[variable.name] = vector = numbers(tree_of_it, variable.name)
            found = len(vector)
        else:
            values[variable.name] = matrix = _symmetrised(tree_of_it, variable.name)
            found = matrix.nrows()
        if found != variable.order:
            raise PublishedError(f"blocks.{variable.name}: expected the size {variable.order}, found {found}")
    return ThreePointValues(problem, values)


def _monomial_blocks(tree: Any, degree: int) -> dict[str, fmpq_mat]:
    blocks: dict[str, fmpq_mat] = {}
    for name, size in block_names(degree).items():
        head, _, last = name.rpartition("/")
        key = f"{head}/{KINDS[int(last) - 1]}" if name.startswith("trivariatesos") else name
        blocks[key] = _symmetrised(member(tree, key, "blocks"), key)
        if blocks[key].nrows() != size:
            raise PublishedError(f"blocks.{key}: expected the size {size}, found {blocks[key].nrows()}")
    return blocks


def _symmetrised(tree: Any, where: str) -> fmpq_mat:
    """A numerical matrix, which may be symmetric up to rounding only."""
    matrix = matrix_of(tree, where, square=False)
    if matrix.nrows() != matrix.ncols():
        raise PublishedError(f"{where}: expected a square matrix, found {matrix.nrows()} x {matrix.ncols()}")
    return (matrix + matrix.transpose()) / 2


def check_values(tree: Any) -> Finding:
    """The verdict on a numerical solution as it stands.

    Returns:
        VERIFIED if the values happen to be an exact feasible point; otherwise INCOMPLETE, with the reason.

    Raises:
        PublishedError: a block is missing, or has a wrong size.
    """
    solution = read_values(tree)
    claim = solution.problem.claim(solution.objective)
    reason = judge_values(solution.problem, solution.values)
    facts = (f"degree {solution.problem.degree}, {len(solution.problem.variables)} blocks",)
    if reason:
        reason = f"a numerical solution: {reason}; --complete rounds it to a certificate"
        return Finding(FORMAT, Outcome.INCOMPLETE, claim, reason, facts)
    return Finding(FORMAT, Outcome.VERIFIED, claim, "", facts)


def certify_values(solution: ThreePointValues) -> Certificate:
    """An exact certificate near a numerical solution.

    Raises:
        RoundingError: the solution is not deep enough in the interior for its residuals, which the message compares.
    """
    return certificate_from_values(solution.problem, solution.values)


def write_values(solution: NumericSolution, *, basis: str = "kissalg", digits: int = 30) -> str:
    """A numerical solution of `kissalg.families.three_point.model` as a file of this format.

    Args:
        solution: from `kissalg.solve`, of a three-point bound with 2d Gegenbauer terms.
        basis: "kissalg", or "monomial"; the latter has no place for the block B, so that the problem must not have one.
        digits: the decimals after the point.

    Returns:
        The JSON text.

    Raises:
        PublishedError: the problem is another one, or the basis does not fit it.
    """
    problem = solution.problem
    if not isinstance(problem, ThreePointProblem) or problem.linear != 2 * problem.degree:
        raise PublishedError("expected a solution of a three-point bound with Gegenbauer terms up to twice the degree")
    monomial = basis == "monomial"
    names = {variable.name for variable in problem.variables}
    if basis not in ("kissalg", "monomial") or (monomial == ("B" in names)):
        found = "with" if "B" in names else "without"
        raise PublishedError(
            f'basis: expected "kissalg", or "monomial" for a problem without the variable B, '
            f"found {shown(basis)} {found} B"
        )
    values: dict[str, Value] = {}
    for name, numeric in solution.values.items():
        unit = fmpq(2) ** numeric.exponent
        rows = [[entry * unit for entry in row] for row in numeric.entries]
        values[name] = [row[0] for row in rows] if name == "a" else fmpq_mat(rows) if rows else fmpq_mat(0, 0)
    cos = rational(problem.cos)
    if monomial:
        values = dict(from_values(problem.n, cos, problem.degree, values).blocks)
    blocks = {
        name: [[_decimal(x, digits) for x in row] for row in value.tolist()]
        if isinstance(value, fmpq_mat)
        else [_decimal(x, digits) for x in value]
        for name, value in values.items()
        if not isinstance(value, fmpq_mat) or value.nrows()
    }
    return json.dumps({"n": problem.n, "cos": str(cos), "degree": problem.degree, "basis": basis, "blocks": blocks})


def _decimal(value: fmpq, digits: int) -> str:
    """The nearest decimal with so many digits after the point."""
    scaled = int((value * 10**digits + fmpq(1, 2)).floor())
    text = str(abs(scaled)).rjust(digits + 1, "0")
    return f"{'-' if scaled < 0 else ''}{text[:-digits]}.{text[-digits:]}"
