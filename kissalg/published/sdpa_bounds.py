"""Rigorous bounds for the optimal value of a semidefinite program in SDPA form, and proofs of infeasibility.

Approximate solutions are made exact.

    (P)  p* = inf Σ_k c_k x_k   subject to   Z = Σ_k x_k F_k - F_0 ⪰ 0,
    (D)  d* = sup <F_0, Y>      subject to   <F_k, Y> = c_k,  Y ⪰ 0,      d* <= p*.

- An exact x with Z ⪰ 0 proves p* <= Σ c_k x_k; an exact Y ⪰ 0 with <F_k, Y> = c_k proves <F_0, Y> <= d*.
  `kissalg.published.sdpa_repair` finds them near approximate solutions in float64.
- Where a side has hardly any interior, float64 is not enough: kissalg's own solver goes on in multiprecision. Where (D)
  has none at all, `kissalg.published.sdpa_faces` looks for the rows outside of which Y has to vanish.
- Y ⪰ 0 with <F_k, Y> = 0 and <F_0, Y> > 0 proves that (P) is infeasible (0 <= <Z, Y> = -<F_0, Y>); x with Σ x_k F_k ⪰ 0
  and Σ c_k x_k < 0 proves that (D) is infeasible (0 <= <Σ x_k F_k, Y> = Σ c_k x_k).

Where all of this fails, there is no bound from that side, and the finding says so.

Main definitions: `bound_sdpa`, `SdpaBounds`, `check_sdpa`.

Sources: Jansson, Chaykin and Keil, Rigorous error bounds for the optimal value in semidefinite programming (2007); here
by exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from kissalg.exact.rational import decimal_down, decimal_up
from kissalg.published.finding import Finding, Outcome
from kissalg.published.sdpa_faces import bounds_on_a_face
from kissalg.published.sdpa_precise import precise_solution
from kissalg.published.sdpa_repair import (
    Blocks,
    Program,
    all_positive,
    dot,
    dual_bound,
    feasible,
    plus,
    primal_bound,
    repaired_dual,
    repaired_primal,
    rounded,
    shifted_dual,
)
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.solvers.float64.sdpa import ConicSolution, solve_sdpa
from kissalg.solvers.status import Status

__all__ = ["SdpaBounds", "bound_sdpa", "check_sdpa"]

FORMAT = "SDPA"
Upper = tuple[fmpq, tuple[fmpq, ...]]
Lower = tuple[fmpq, tuple[fmpq_mat, ...]]
_LOOSE = fmpq(1, 10**6)  # relative: bounds farther apart are worth a second attempt


@dataclass(frozen=True, repr=False)
class SdpaBounds:
    """What has been proved about one program.

    Attributes:
        upper: p* <= upper, or None; x proves it.
        lower: lower <= d*, or None; y proves it.
        primal_infeasible: (P) is proved infeasible, by y.
        dual_infeasible: (D) is proved infeasible, by x.
        x: the exact point of (P), or the ray, behind a statement.
        y: the exact point of (D), or the ray, behind a statement.
        notes: why a side gives nothing.
    """

    upper: fmpq | None = None
    lower: fmpq | None = None
    primal_infeasible: bool = False
    dual_infeasible: bool = False
    x: tuple[fmpq, ...] | None = None
    y: tuple[fmpq_mat, ...] | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SdpaBounds({'; '.join(self.statements()) or 'nothing'})"

    def statements(self) -> list[str]:
        """The proved statements, bounds rounded outwards."""
        found = []
        if self.primal_infeasible:
            found.append("(P) is infeasible")
        if self.dual_infeasible:
            found.append("(D) is infeasible")
        if self.lower is not None and self.upper is not None:
            found.append(f"{decimal_down(self.lower)} <= d* <= p* <= {decimal_up(self.upper)}")
        elif self.lower is not None:
            found.append(f"{decimal_down(self.lower)} <= d*")
        elif self.upper is not None:
            found.append(f"p* <= {decimal_up(self.upper)}")
        return found


def _ray_problem(problem: SdpaProblem) -> SdpaProblem:
    """(P) is infeasible if this problem has a dual point of positive value: max <F_0, Y>, <F_k, Y> = 0, tr Y = 1."""
    count = len(problem.costs)
    trace = [
        SdpaEntry(count + 1, block, i, i, fmpq(1))
        for block, size in enumerate(problem.blocks, 1)
        for i in range(1, abs(size) + 1)
    ]
    return SdpaProblem((*[fmpq(0)] * count, fmpq(1)), problem.blocks, (*problem.entries, *trace))


def _direction_problem(problem: SdpaProblem) -> SdpaProblem:
    """A problem that has a point with t > 0 only if (D) is infeasible.

    It is max t, Σ x_k F_k - tI ⪰ 0, Σ c_k x_k = -1 (two inequalities), t <= 1.
    """
    count, last = len(problem.costs), len(problem.blocks) + 1
    entries = [e for e in problem.entries if e.k > 0]
    entries += [
        SdpaEntry(count + 1, block, i, i, fmpq(-1))
        for block, size in enumerate(problem.blocks, 1)
        for i in range(1, abs(size) + 1)
    ]
    entries += [SdpaEntry(0, last, 1, 1, fmpq(-1)), SdpaEntry(count + 1, last, 1, 1, fmpq(-1))]
    entries += [SdpaEntry(0, last, 2, 2, fmpq(1))]
    entries += [SdpaEntry(k, last, 2, 2, -c) for k, c in enumerate(problem.costs, 1) if c != 0]
    return SdpaProblem((*[fmpq(0)] * count, fmpq(-1)), (*problem.blocks, -2), tuple(entries))


def bound_sdpa(problem: SdpaProblem, start: ConicSolution | None = None) -> SdpaBounds:
    """Prove everything that can be proved about the optimal value of a program in SDPA form.

    Args:
        problem: the program.
        start: an approximate solution, for instance from a solution file; by default one is computed.

    Returns:
        The bounds or proofs of infeasibility, with the exact points behind them.

    Raises:
        PublishedError: the program is larger than the limits.
    """
    program = Program(problem)
    start = start or solve_sdpa(problem)
    notes = [f"approximate solution: {start.status.value}"]
    if start.status is not Status.UNBOUNDED and (found := _primal_infeasibility(program, start)) is not None:
        return SdpaBounds(primal_infeasible=True, y=tuple(found), notes=tuple(notes))
    if start.status is not Status.INFEASIBLE and (ray := _dual_infeasibility(program, start)) is not None:
        return SdpaBounds(dual_infeasible=True, x=tuple(ray), notes=tuple(notes))
    upper = primal_bound(problem, start.x) or repaired_primal(problem)
    lower = dual_bound(problem, start.y) or repaired_dual(problem)
    if _is_loose(upper, lower) and (precise := precise_solution(problem)) is not None:
        notes.append(f"solved again in multiprecision ({precise.bits} bits)")
        upper = _least([upper, primal_bound(problem, precise.x, precise.bits)])
        lower = _greatest([lower, dual_bound(problem, precise.y, precise.bits)])
    if lower is None and (face := bounds_on_a_face(problem)) is not None:
        notes.append(str(face))
        upper, lower = _least([upper, face.upper]), face.lower
    if upper is None:
        notes.append("(P): no exact feasible point was found near the approximate one (no interior?)")
    if lower is None:
        notes.append(
            "(D): no exact feasible point was found near the approximate one (no interior, or dependent equations?)"
        )
    return SdpaBounds(
        upper=upper[0] if upper else None,
        lower=lower[0] if lower else None,
        x=upper[1] if upper else None,
        y=lower[1] if lower else None,
        notes=tuple(notes),
    )


def _is_loose(upper: Upper | None, lower: Lower | None) -> bool:
    return upper is None or lower is None or upper[0] - lower[0] > _LOOSE * (1 + abs(upper[0]))


def _least(bounds: Sequence[Upper | None]) -> Upper | None:
    return min((bound for bound in bounds if bound is not None), key=lambda bound: bound[0], default=None)


def _greatest(bounds: Sequence[Lower | None]) -> Lower | None:
    return max((bound for bound in bounds if bound is not None), key=lambda bound: bound[0], default=None)


def _primal_infeasibility(program: Program, start: ConicSolution) -> Blocks | None:
    """Y ⪰ 0 with <F_k, Y> = 0 and <F_0, Y> > 0, if the solver says that there is one."""
    if start.status is not Status.INFEASIBLE:
        return None
    zero = [fmpq(0)] * len(program.costs)
    candidates = [start.y]
    margin = fmpq(1, 1 << 20)
    candidates.append(tuple(plus(solve_sdpa(shifted_dual(_ray_problem(program.problem), margin)).y, margin)))
    for candidate in candidates:
        blocks = feasible(program, zero, candidate)
        if blocks is not None and program.pairing(0, blocks) > 0:
            return blocks
    return None


def _dual_infeasibility(program: Program, start: ConicSolution) -> list[fmpq] | None:
    """X with Σ x_k F_k ⪰ 0 and Σ c_k x_k < 0, if the solver says that there is one."""
    if start.status is not Status.UNBOUNDED:
        return None
    for candidate in (start.x, solve_sdpa(_direction_problem(program.problem)).x[:-1]):
        ray = [rounded(value) for value in candidate]
        if dot(program.costs, ray) < 0 and all_positive(program.combination(ray, 0)):
            return ray
    return None


def check_sdpa(problem: SdpaProblem, start: ConicSolution | None = None) -> Finding:
    """The finding for a problem file, with or without a solution file.

    Args:
        problem: the program.
        start: the approximate solution in the solution file, if there is one.

    Returns:
        VERIFIED if anything at all was proved.
    """
    bounds = bound_sdpa(problem, start)
    facts = (repr(problem), *bounds.notes)
    statements = bounds.statements()
    if not statements:
        return Finding(FORMAT, Outcome.INCOMPLETE, "bounds of the optimal value", "neither side could be proved", facts)
    reason = ""
    if not (bounds.primal_infeasible or bounds.dual_infeasible) and (bounds.upper is None or bounds.lower is None):
        reason = "one side only"
    return Finding(FORMAT, Outcome.VERIFIED, "; ".join(statements), reason, facts)
