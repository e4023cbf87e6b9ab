"""Semidefinite programs in the form of the SDPA format, in float64, by Clarabel.

The results are starting points for exact proofs: nothing here is trusted, and they leave as exact rationals.

Main definitions: `ConicSolution`, `solve_sdpa`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers.float64.clarabel import solve_rows
from kissalg.solvers.float64.rationals import exact
from kissalg.solvers.float64.row_program import sdpa_places, sdpa_program
from kissalg.solvers.status import Status

__all__ = ["ConicSolution", "solve_sdpa"]


@dataclass(frozen=True, repr=False)
class ConicSolution:
    """What the solver returned: approximate values, as rationals.

    Attributes:
        status: OPTIMAL; INFEASIBLE: (P) has no feasible point, and y approximates an improving ray of (D); UNBOUNDED:
            (D) has none, and x approximates an improving ray of (P); or the reason why there is no solution.
        x: x_1, …, x_m.
        y: the blocks of Y, symmetric matrices (diagonal blocks included).
    """

    status: Status
    x: tuple[fmpq, ...]
    y: tuple[fmpq_mat, ...]

    def __repr__(self) -> str:
        return f"ConicSolution({self.status.value}, {len(self.x)} numbers x, {len(self.y)} blocks)"


def solve_sdpa(problem: SdpaProblem, *, seconds: float = 300.0) -> ConicSolution:
    r"""Solve (P) min Σ c_k x_k, Σ x_k F_k - F_0 ⪰ 0 and (D) max <F_0, Y>, <F_k, Y> = c_k, Y ⪰ 0 approximately.

    Args:
        problem: the program.
        seconds: give up after this time.

    Returns:
        Approximate solutions of both, with 11 digits where Clarabel reaches them.

    Raises:
        ExactnessError: a number of the program is 2^1024 or more, which no float holds.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> solution = solve_sdpa(
    ...     read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n")
    ... )  # the largest eigenvalue of [[0, 1], [1, 0]]
    >>> solution.status.value, round(float(str(solution.x[0].numerator)) / float(str(solution.x[0].denominator)), 6)
    ('optimal', 1.0)
    """
    program = sdpa_program(problem)
    # as far as doubles go: what a repair can prove is limited by these
    raw = solve_rows(program, gap=1e-11, residual=1e-11, max_iterations=400, seconds=seconds, tol_ktratio=1e-8)
    blocks = []
    for size, variable in zip(problem.blocks, program.variables, strict=True):
        begin, order = program.start[variable.name], abs(size)
        block = fmpq_mat(order, order)
        for k, (i, j) in enumerate(sdpa_places(size)):
            block[i, j] = block[j, i] = exact(raw.vector[begin + k])
        blocks.append(block)
    # the row program is (D), as a minimum: its multipliers are -x, and it is unbounded where (P) has no feasible point
    status = _STATUS.get(raw.status, raw.status)
    return ConicSolution(status, tuple(exact(-y) for y in raw.multipliers), tuple(blocks))


_STATUS = {Status.INFEASIBLE: Status.UNBOUNDED, Status.UNBOUNDED: Status.INFEASIBLE}
