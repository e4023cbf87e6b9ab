"""Semidefinite programs in the form of the SDPA format, in double precision, by Clarabel.

A guess for whoever proves something exactly afterwards: nothing here is trusted, and the results leave as exact rationals.

Main definitions: `ConicSolution`, `solve_sdpa`.

Source: Goulart and Chen, Clarabel: an interior-point solver for conic programs with quadratic objectives (2024).
"""

from __future__ import annotations

from dataclasses import dataclass

import clarabel
import numpy as np
from flint import fmpq, fmpq_mat
from scipy import sparse

from kissalg.errors import ExactnessError
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers.status import Status

__all__ = ["ConicSolution", "solve_sdpa"]

_BITS = 60  # of a double below its leading bit, and some


@dataclass(frozen=True, repr=False)
class ConicSolution:
    """What the solver returned: approximate values, as rationals.

    Attributes:
        status: OPTIMAL; INFEASIBLE: (P) has no feasible point, and y approximates an improving ray of (D); UNBOUNDED: (D) has none, and x
            approximates an improving ray of (P); or the reason why there is no solution.
        x: x_1, …, x_m.
        y: the blocks of Y, symmetric matrices (diagonal blocks included).
    """

    status: Status
    x: tuple[fmpq, ...]
    y: tuple[fmpq_mat, ...]

    def __repr__(self) -> str:
        return f"ConicSolution({self.status.value}, {len(self.x)} numbers x, {len(self.y)} blocks)"


_STATUS = {
    "Solved": Status.OPTIMAL,
    "AlmostSolved": Status.OPTIMAL,
    "PrimalInfeasible": Status.INFEASIBLE,
    "AlmostPrimalInfeasible": Status.INFEASIBLE,
    "DualInfeasible": Status.UNBOUNDED,
    "AlmostDualInfeasible": Status.UNBOUNDED,
    "MaxIterations": Status.ITERATION_LIMIT,
    "MaxTime": Status.ITERATION_LIMIT,
}


def solve_sdpa(problem: SdpaProblem, *, seconds: float = 300.0) -> ConicSolution:
    """Solve (P) min Σ c_k x_k, Σ x_k F_k - F_0 ⪰ 0 and (D) max <F_0, Y>, <F_k, Y> = c_k, Y ⪰ 0 approximately.

    Arguments:
        problem: the program.
        seconds: give up after this time.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> solution = solve_sdpa(
    ...     read_sdpa("1\\n1\\n2\\n1\\n0 1 1 2 1\\n1 1 1 1 1\\n1 1 2 2 1\\n")
    ... )  # the largest eigenvalue of [[0, 1], [1, 0]]
    >>> solution.status.value, round(float(str(solution.x[0].numerator)) / float(str(solution.x[0].denominator)), 6)
    ('optimal', 1.0)
    """
    offsets, total = [], 0
    for size in problem.blocks:
        offsets.append(total)
        total += -size if size < 0 else size * (size + 1) // 2
    root = float(np.sqrt(2.0))
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    right = np.zeros(total)
    for entry in problem.entries:
        i, j = entry.row - 1, entry.column - 1
        diagonal = problem.blocks[entry.block - 1] < 0
        row = offsets[entry.block - 1] + (i if diagonal else j * (j + 1) // 2 + i)
        value = _double(entry.value) * (1.0 if i == j else root)
        if entry.k == 0:
            right[row] -= value
        else:
            rows.append(row)
            columns.append(entry.k - 1)
            data.append(-value)
    count = len(problem.costs)
    matrix = sparse.csc_matrix((data, (rows, columns)), shape=(total, count))
    cones = [clarabel.NonnegativeConeT(-s) if s < 0 else clarabel.PSDTriangleConeT(s) for s in problem.blocks]
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.time_limit = seconds
    # as far as doubles go: what a repair can prove is limited by these
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = 1e-11
    options.tol_ktratio = 1e-8
    options.max_iter = 400
    costs = np.array([_double(c) for c in problem.costs])
    result = clarabel.DefaultSolver(sparse.csc_matrix((count, count)), costs, matrix, right, cones, options).solve()
    status = _STATUS.get(str(result.status), Status.STALLED)
    x, z = np.asarray(result.x), np.asarray(result.z)
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(z))):
        status, x, z = Status.STALLED, np.zeros(count), np.zeros(total)
    blocks = [_block(z[start:], size, root) for start, size in zip(offsets, problem.blocks, strict=True)]
    return ConicSolution(status, tuple(_exact(value) for value in x), tuple(blocks))


def _block(vector: np.ndarray, size: int, root: float) -> fmpq_mat:
    if size < 0:
        block = fmpq_mat(-size, -size)
        for i in range(-size):
            block[i, i] = _exact(vector[i])
        return block
    block = fmpq_mat(size, size)
    for j in range(size):
        for i in range(j + 1):
            value = vector[j * (j + 1) // 2 + i]
            block[i, j] = block[j, i] = _exact(value if i == j else value / root)
    return block


def _double(value: fmpq) -> float:
    try:
        return int(value.p) / int(value.q)  # correctly rounded, whatever the size of the integers
    except OverflowError:
        size = int(abs(value.p)).bit_length() - int(value.q).bit_length()
        raise ExactnessError(
            f"expected numbers below 2^1024, which is what double precision holds, found one near 2^{size}"
        ) from None


def _exact(value: float) -> fmpq:
    numerator, denominator = float(value).as_integer_ratio()
    if denominator.bit_length() > _BITS:  # a tiny number: the digits below 2^-60 do not matter
        return fmpq(round(float(value) * 2.0**_BITS), 1 << _BITS)
    return fmpq(numerator, denominator)
