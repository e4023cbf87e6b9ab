"""Rigorous bounds for the optimal value of a semidefinite program in SDPA form, and proofs of infeasibility, from approximate solutions.

    (P)  p* = inf Σ_k c_k x_k   subject to   Z = Σ_k x_k F_k - F_0 ⪰ 0,
    (D)  d* = sup <F_0, Y>      subject to   <F_k, Y> = c_k,  Y ⪰ 0,      d* <= p*.

- An exact x with Z ⪰ 0 proves p* <= Σ c_k x_k.
- An exact Y ⪰ 0 with <F_k, Y> = c_k proves <F_0, Y> <= d*. An approximate Y is projected onto the equations: by an exact solution of the normal equations
  Σ_j <F_k, F_j> λ_j = c_k - <F_k, Y>, as Y + Σ λ_j F_j.
- Where that fails, the problem is solved again with Z - εI ⪰ 0, or Y - εI ⪰ 0, for the smallest ε = 2^-s that leaves room for the rounding errors.
- Y ⪰ 0 with <F_k, Y> = 0 and <F_0, Y> > 0 proves that (P) is infeasible (0 <= <Z, Y> = -<F_0, Y>); x with Σ x_k F_k ⪰ 0 and Σ c_k x_k < 0
  proves that (D) is infeasible (0 <= <Σ x_k F_k, Y> = Σ c_k x_k).

Where no interior point exists, the repair can fail; then there is no bound from that side, and the finding says so.

Main definitions: `bound_sdpa`, `SdpaBounds`, `primal_bound`, `dual_bound`, `check_sdpa`.

Sources: Jansson, Chaykin and Keil, Rigorous error bounds for the optimal value in semidefinite programming (2007); here by exact arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import PublishedError
from kissalg.exact.rational import decimal_up
from kissalg.published.finding import Finding, Outcome
from kissalg.published.positivity import is_positive
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.solvers.conic import ConicSolution, solve_sdpa
from kissalg.solvers.status import Status

__all__ = ["SdpaBounds", "bound_sdpa", "check_sdpa", "dual_bound", "primal_bound"]

FORMAT = "SDPA"
MAX_CONSTRAINTS = 2000
MAX_ROWS = 1000
MAX_ENTRIES = 1 << 20
_ROUNDING = 64  # bits after the point of an approximate solution that are kept
_SHIFTS = (
    30,
    27,
    24,
    21,
    18,
    15,
    12,
    9,
    6,
    3,
)  # the repair asks for a least eigenvalue of 2^-s, the smallest that works

Blocks = list[fmpq_mat]


@dataclass(frozen=True, repr=False)
class SdpaBounds:
    """What has been proved about one program.

    Attributes:
        upper: p* <= upper, or None; x proves it.
        lower: lower <= d*, or None; y proves it.
        primal_infeasible: (P) is proved infeasible, by y.
        dual_infeasible: (D) is proved infeasible, by x.
        x, y: the exact points or rays behind the statements.
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
            found.append(f"{_down(self.lower)} <= d* <= p* <= {decimal_up(self.upper)}")
        elif self.lower is not None:
            found.append(f"{_down(self.lower)} <= d*")
        elif self.upper is not None:
            found.append(f"p* <= {decimal_up(self.upper)}")
        return found


def _down(value: fmpq) -> str:
    text = decimal_up(-value)
    return text[1:] if text.startswith("-") else f"-{text}" if text != "0" else "0"


class _Program:
    """The matrices F_k of a problem by blocks, with sparse pairings."""

    def __init__(self, problem: SdpaProblem) -> None:
        count, rows = len(problem.costs), sum(abs(size) for size in problem.blocks)
        if count > MAX_CONSTRAINTS or rows > MAX_ROWS or len(problem.entries) > MAX_ENTRIES or 0 in problem.blocks:
            raise PublishedError(
                f"expected at most {MAX_CONSTRAINTS} constraints, {MAX_ROWS} rows and {MAX_ENTRIES} entries, and no empty block, "
                f"found {count}, {rows} and {len(problem.entries)}"
            )
        self.problem = problem
        self.sparse: list[list[SdpaEntry]] = [[] for _ in range(count + 1)]
        for entry in problem.entries:
            self.sparse[entry.k].append(entry)

    @property
    def costs(self) -> tuple[fmpq, ...]:
        return self.problem.costs

    def zero(self) -> Blocks:
        return [fmpq_mat(abs(size), abs(size)) for size in self.problem.blocks]

    def combination(self, x: Sequence[fmpq], constant: fmpq | int) -> Blocks:
        """Σ x_k F_k + constant · F_0."""
        total: list[defaultdict[tuple[int, int], fmpq]] = [defaultdict(fmpq) for _ in self.problem.blocks]
        for factor, entries in zip((constant, *x), self.sparse, strict=True):
            if factor != 0:
                for entry in entries:
                    total[entry.block - 1][entry.row - 1, entry.column - 1] += factor * entry.value
        blocks = self.zero()
        for block, values in zip(blocks, total, strict=True):
            for (i, j), value in values.items():
                block[i, j] = block[j, i] = value
        return blocks

    def pairing(self, k: int, blocks: Sequence[fmpq_mat]) -> fmpq:
        """<F_k, Y>."""
        total = fmpq(0)
        for entry in self.sparse[k]:
            value = entry.value * blocks[entry.block - 1][entry.row - 1, entry.column - 1]
            total += value if entry.row == entry.column else 2 * value
        return total

    @cached_property
    def normal_matrix(self) -> fmpq_mat:
        """The matrix of all <F_j, F_k>, j, k >= 1."""
        count = len(self.costs)
        columns: defaultdict[tuple[int, int, int], list[tuple[int, fmpq]]] = defaultdict(list)
        for k in range(1, count + 1):
            for entry in self.sparse[k]:
                columns[entry.block, entry.row, entry.column].append((k - 1, entry.value))
        sums: defaultdict[tuple[int, int], fmpq] = defaultdict(fmpq)
        for (_, row, column), values in columns.items():
            factor = 1 if row == column else 2
            for a, left in values:
                for b, right in values:
                    sums[a, b] += factor * left * right
        matrix = fmpq_mat(count, count)
        for (a, b), value in sums.items():
            matrix[a, b] = value
        return matrix


def _all_positive(blocks: Sequence[fmpq_mat]) -> bool:
    return all(is_positive(block, f"block {index + 1}") for index, block in enumerate(blocks))


def _rounded(value: fmpq) -> fmpq:
    return fmpq((value * (fmpz(1) << _ROUNDING) + fmpq(1, 2)).floor(), fmpz(1) << _ROUNDING)


def primal_bound(problem: SdpaProblem, x: Sequence[fmpq]) -> tuple[fmpq, tuple[fmpq, ...]] | None:
    """An upper bound of p*, with the exact feasible point that proves it; None if x, rounded, is not feasible.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> primal_bound(read_sdpa("1\\n1\\n2\\n1\\n0 1 1 2 1\\n1 1 1 1 1\\n1 1 2 2 1\\n"), [fmpq(1)])
    (1, (1,))
    """
    program = _Program(problem)
    point = tuple(_rounded(value) for value in x)
    return (_dot(program.costs, point), point) if _all_positive(program.combination(point, -1)) else None


def dual_bound(problem: SdpaProblem, y: Sequence[fmpq_mat]) -> tuple[fmpq, tuple[fmpq_mat, ...]] | None:
    """A lower bound of d*, with the exact feasible point that proves it; None if the projection of Y is not positive semidefinite.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> half = fmpq(1, 2)
    >>> program = read_sdpa("1\\n1\\n2\\n1\\n0 1 1 2 1\\n1 1 1 1 1\\n1 1 2 2 1\\n")
    >>> dual_bound(program, [fmpq_mat([[half, half], [half, half]])])[0]
    1
    """
    program = _Program(problem)
    blocks = _feasible(program, program.costs, y)
    return None if blocks is None else (program.pairing(0, blocks), tuple(blocks))


def _feasible(program: _Program, right: Sequence[fmpq], y: Sequence[fmpq_mat]) -> Blocks | None:
    """Exact Y ⪰ 0 with <F_k, Y> = right_k, near an approximate one."""
    point = [_rounded(entry) for block in y for entry in block.entries()]
    blocks = _projected(program, right, _shaped(program, point))
    return blocks if blocks is not None and _all_positive(blocks) else None


def _shaped(program: _Program, entries: Sequence[fmpq]) -> Blocks:
    """Symmetric blocks from all their entries, row by row; a diagonal block keeps its diagonal only."""
    blocks, position = [], 0
    for size in program.problem.blocks:
        n = abs(size)
        block = fmpq_mat(n, n, list(entries[position : position + n * n]))
        if size < 0:
            block = fmpq_mat(n, n, [block[i, j] if i == j else 0 for i in range(n) for j in range(n)])
        blocks.append((block + block.transpose()) / 2)
        position += n * n
    return blocks


def _projected(program: _Program, right: Sequence[fmpq], blocks: Blocks) -> Blocks | None:
    """The nearest blocks that satisfy the equations, exactly; None if the F_k are linearly dependent."""
    count = len(right)
    missing = [right[k] - program.pairing(k + 1, blocks) for k in range(count)]
    if not any(missing):
        return blocks
    try:
        factors = program.normal_matrix.solve(fmpq_mat(count, 1, missing)).entries()
    except ZeroDivisionError:
        return None
    return [a + b for a, b in zip(blocks, program.combination(factors, 0), strict=True)]


def _dot(left: Sequence[fmpq], right: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def _shifted_primal(problem: SdpaProblem, margin: fmpq) -> SdpaProblem:
    """The same problem with Z - margin · I ⪰ 0: a feasible x is well inside the original one."""
    return replace(problem, entries=_with_objective(problem, margin))


def _with_objective(problem: SdpaProblem, margin: fmpq) -> tuple[SdpaEntry, ...]:
    """The entries with F_0 + margin · I in place of F_0."""
    first = {(e.block, e.row, e.column): e.value for e in problem.entries if e.k == 0}
    for block, size in enumerate(problem.blocks, 1):
        for i in range(1, abs(size) + 1):
            first[block, i, i] = first.get((block, i, i), fmpq(0)) + margin
    changed = [SdpaEntry(0, *place, value) for place, value in first.items() if value != 0]
    return (*changed, *(e for e in problem.entries if e.k > 0))


def _shifted_dual(problem: SdpaProblem, margin: fmpq) -> SdpaProblem:
    """The problem of Y - margin · I ⪰ 0: the costs are c_k - margin · tr F_k."""
    traces = [fmpq(0)] * (len(problem.costs) + 1)
    for e in problem.entries:
        if e.row == e.column:
            traces[e.k] += e.value
    return replace(problem, costs=tuple(c - margin * t for c, t in zip(problem.costs, traces[1:], strict=True)))


def _repaired_primal(problem: SdpaProblem) -> tuple[fmpq, tuple[fmpq, ...]] | None:
    """Solve again with a margin, the smallest one that survives rounding."""
    for step in _SHIFTS:
        solution = solve_sdpa(_shifted_primal(problem, fmpq(1, 1 << step)))
        if solution.status is Status.INFEASIBLE:
            return None
        found = primal_bound(problem, solution.x)
        if found is not None:
            return found
    return None


def _repaired_dual(problem: SdpaProblem) -> tuple[fmpq, tuple[fmpq_mat, ...]] | None:
    for step in _SHIFTS:
        margin = fmpq(1, 1 << step)
        solution = solve_sdpa(_shifted_dual(problem, margin))
        if solution.status is Status.UNBOUNDED:
            return None
        found = dual_bound(problem, _plus(solution.y, margin))
        if found is not None:
            return found
    return None


def _plus(blocks: Sequence[fmpq_mat], margin: fmpq) -> Blocks:
    result = []
    for block in blocks:
        moved = fmpq_mat(block)
        for i in range(block.nrows()):
            moved[i, i] += margin
        result.append(moved)
    return result


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
    """(D) is infeasible if this problem has a point with t > 0: max t, Σ x_k F_k - tI ⪰ 0, Σ c_k x_k = -1 (two inequalities), t <= 1."""
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
    """Everything that can be proved about the optimal value.

    Arguments:
        problem: the program.
        start: an approximate solution, for instance from a solution file; by default one is computed.

    Raises:
        PublishedError: the program is larger than the limits.
    """
    program = _Program(problem)
    start = start or solve_sdpa(problem)
    notes = [f"approximate solution: {start.status.value}"]
    if start.status is not Status.UNBOUNDED and (found := _primal_infeasibility(program, start)) is not None:
        return SdpaBounds(primal_infeasible=True, y=tuple(found), notes=tuple(notes))
    if start.status is not Status.INFEASIBLE and (ray := _dual_infeasibility(program, start)) is not None:
        return SdpaBounds(dual_infeasible=True, x=tuple(ray), notes=tuple(notes))
    upper = primal_bound(problem, start.x) or _repaired_primal(problem)
    lower = dual_bound(problem, start.y) or _repaired_dual(problem)
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


def _primal_infeasibility(program: _Program, start: ConicSolution) -> Blocks | None:
    """Y ⪰ 0 with <F_k, Y> = 0 and <F_0, Y> > 0, if the solver says that there is one."""
    if start.status is not Status.INFEASIBLE:
        return None
    zero = [fmpq(0)] * len(program.costs)
    candidates = [start.y]
    margin = fmpq(1, 1 << 20)
    candidates.append(tuple(_plus(solve_sdpa(_shifted_dual(_ray_problem(program.problem), margin)).y, margin)))
    for candidate in candidates:
        blocks = _feasible(program, zero, candidate)
        if blocks is not None and program.pairing(0, blocks) > 0:
            return blocks
    return None


def _dual_infeasibility(program: _Program, start: ConicSolution) -> list[fmpq] | None:
    """x with Σ x_k F_k ⪰ 0 and Σ c_k x_k < 0, if the solver says that there is one."""
    if start.status is not Status.UNBOUNDED:
        return None
    for candidate in (start.x, solve_sdpa(_direction_problem(program.problem)).x[:-1]):
        ray = [_rounded(value) for value in candidate]
        if _dot(program.costs, ray) < 0 and _all_positive(program.combination(ray, 0)):
            return ray
    return None


def check_sdpa(problem: SdpaProblem, start: ConicSolution | None = None) -> Finding:
    """The finding for a problem file, with or without a solution file: VERIFIED if anything at all was proved."""
    bounds = bound_sdpa(problem, start)
    facts = (repr(problem), *bounds.notes)
    statements = bounds.statements()
    if not statements:
        return Finding(FORMAT, Outcome.INCOMPLETE, "bounds of the optimal value", "neither side could be proved", facts)
    reason = ""
    if not (bounds.primal_infeasible or bounds.dual_infeasible) and (bounds.upper is None or bounds.lower is None):
        reason = "one side only"
    return Finding(FORMAT, Outcome.VERIFIED, "; ".join(statements), reason, facts)
