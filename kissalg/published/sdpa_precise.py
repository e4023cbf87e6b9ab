"""Approximate solutions of semidefinite programs in SDPA form beyond double precision, by kissalg's own solver.

Main definitions: `PreciseSolution`, `precise_solution`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from kissalg.errors import KissalgError
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers import Settings, solve
from kissalg.solvers.solution import BinaryMatrix

__all__ = ["PreciseSolution", "precise_solution"]

_MAX_CONSTRAINTS = 300
_MAX_ROWS = 150
_SETTINGS = Settings(gap=2**-40, max_bits=512, max_iterations=100)


@dataclass(frozen=True, repr=False)
class PreciseSolution:
    """Approximate x and Y, and to how many bits after the point they are worth reading."""

    x: tuple[fmpq, ...]
    y: tuple[fmpq_mat, ...]
    bits: int

    def __repr__(self) -> str:
        return f"PreciseSolution({len(self.x)} variables, {self.bits} bits)"


def precise_solution(problem: SdpaProblem, settings: Settings = _SETTINGS) -> PreciseSolution | None:
    r"""The solution in multiprecision, as far as it came.

    Args:
        problem: the program.
        settings: of our solver.

    Returns:
        The solution; None if the program is too large for that or cannot be set up.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> found = precise_solution(read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n"))
    >>> abs(found.x[0] - 1) < fmpq(1, 10**11)
    True
    """
    if len(problem.costs) > _MAX_CONSTRAINTS or sum(map(abs, problem.blocks)) > _MAX_ROWS:
        return None
    try:
        solution = solve(sdpa_model(problem), settings=settings)
    except KissalgError:
        return None
    # the model minimises -<F_0, Y>, so that its multipliers are -x; equations that depend on others have none
    x = [fmpq(0)] * len(problem.costs)
    unit = fmpq(2) ** solution.multipliers.exponent
    for (k,), (value,) in zip(solution.points["constraints"], solution.multipliers.entries, strict=True):
        x[int(k.p)] = -value * unit
    y = tuple(_block(solution.values[f"X{b}"], size) for b, size in enumerate(problem.blocks, 1))
    return PreciseSolution(tuple(x), y, 2 * solution.bits + 64)


def _block(value: BinaryMatrix, size: int) -> fmpq_mat:
    unit = fmpq(2) ** value.exponent
    n = abs(size)
    block = fmpq_mat(n, n)
    for i, row in enumerate(value.entries):
        if size < 0:
            block[i, i] = row[0] * unit
        else:
            for j, entry in enumerate(row):
                block[i, j] = entry * unit
    return block
