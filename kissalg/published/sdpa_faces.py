"""Programs whose dual side has no interior, because some rows of Y have to vanish.

For the pair of `kissalg.published.sdpa_bounds`: let s be a point with Σ c_k s_k = 0 and S = Σ s_k F_k ⪰ 0. Then <S, Y>
= 0 for every feasible Y of (D). If the rows of S in a set K are zero and S is positive definite on the other rows N,
then Y is zero outside K, and (D) is the program restricted to K. An exact feasible point of the restricted (D) is one
of (D), with the same value. On the other side, let x be such that Z is positive definite on K. Then x + t s is feasible
for (P) for every large t (a Schur complement), at the cost Σ c_k x_k: the bounds of the restricted program are bounds
of the whole.

Such programs are ill-posed: (P) has feasible directions of cost zero, and the optimum may jump when a digit of the data
is changed.

Main definitions: `bounds_on_a_face`, `FaceBounds`.

Sources: Borwein and Wolkowicz, Regularizing the abstract convex program (1981); Drusvyatskiy and Wolkowicz, The many
faces of degeneracy in conic optimization (2017), section 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import fmpq, fmpq_mat

from kissalg.exact.matrix import nullspace, pivot_columns
from kissalg.exact.positivity import certainly_positive_definite
from kissalg.published.sdpa_precise import precise_solution
from kissalg.published.sdpa_repair import (
    Blocks,
    Program,
    all_positive,
    dot,
    dual_bound,
    repaired_dual,
    repaired_primal,
    rounded,
)
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.solvers import Settings
from kissalg.solvers.float64.sdpa import solve_sdpa

__all__ = ["FaceBounds", "bounds_on_a_face"]

_NEGLIGIBLE = fmpq(1, 10**6)  # of a diagonal entry of S in double precision, relative to the largest
_BITS = 400
_PRECISE = Settings(
    gap=2**-166, primal_tolerance=2**-200, dual_tolerance=2**-200, start=100, max_bits=768, max_iterations=150
)
_PRECISIONS = (128, 512, 2048)
_LARGEST_STEP = 400  # t is at most 2^400

Rows = tuple[tuple[int, ...], ...]  # for each block the rows, from 0, that are kept


@dataclass(frozen=True, repr=False)
class FaceBounds:
    """The bounds of the program restricted to the rows of `kept`, with points of the whole program that prove them."""

    kept: Rows
    upper: tuple[fmpq, tuple[fmpq, ...]] | None
    lower: tuple[fmpq, tuple[fmpq_mat, ...]]

    def __str__(self) -> str:
        rows = "; ".join(
            f"block {b}: {', '.join(str(i + 1) for i in rows) or 'none'}" for b, rows in enumerate(self.kept, 1)
        )
        proof = "(proved by an exact ray); the program is ill-posed"
        return f"(D) has no interior: every feasible Y is zero outside the rows {rows} {proof}"


def bounds_on_a_face(problem: SdpaProblem) -> FaceBounds | None:
    r"""Bounds from the rows outside of which every feasible Y vanishes.

    Args:
        problem: the program.

    Returns:
        The bounds; None if there are no such rows, or no bound is found.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> lines = ["2", "1", "2", "1 0", "0 1 1 2 1", "1 1 1 1 1", "2 1 2 2 1"]  # Y_11 = 1, Y_22 = 0
    >>> found = bounds_on_a_face(read_sdpa("\n".join(lines)))
    >>> found.kept, found.lower[0], found.upper[0] < fmpq(1, 10**6)
    (((0,),), 0, True)
    """
    program = Program(problem)
    kept = _candidate(program)
    if kept is None:
        return None
    ray = _ray(program, kept)
    if ray is None:
        return None
    restricted = _restricted(problem, kept)
    if restricted is None:
        return None
    small, numbers = restricted
    lower = dual_bound(small, solve_sdpa(small).y) or repaired_dual(small)
    if lower is None:
        return None
    blocks = program.zero()
    for value, (block, rows) in zip(lower[1], _nonempty(kept), strict=True):
        for a, i in enumerate(rows):
            for b, j in enumerate(rows):
                blocks[block][i, j] = value[a, b]
    return FaceBounds(kept, _lifted(program, repaired_primal(small), numbers, ray), (lower[0], tuple(blocks)))


def _candidate(program: Program) -> Rows | None:
    """The rows where a numerical S of largest rank is negligible.

    If (D) has no interior, inf Σ c_k s_k subject to S ⪰ 0, tr S = 1 is 0.
    """
    problem = program.problem
    last = len(problem.blocks) + 1
    traces: defaultdict[int, fmpq] = defaultdict(fmpq)
    for e in problem.entries:
        if e.k and e.row == e.column:
            traces[e.k] += e.value
    entries = [e for e in problem.entries if e.k]
    for place, sign in ((1, 1), (2, -1)):  # tr S >= 1 and tr S <= 1
        entries.append(SdpaEntry(0, last, place, place, fmpq(sign)))
        entries += [SdpaEntry(k, last, place, place, sign * value) for k, value in traces.items() if value != 0]
    solution = solve_sdpa(SdpaProblem(problem.costs, (*problem.blocks, -2), tuple(entries)))
    if abs(dot(problem.costs, solution.x)) > _NEGLIGIBLE:
        return None
    blocks = program.combination(solution.x, 0)
    largest = max(block[i, i] for block in blocks for i in range(block.nrows()))
    kept = tuple(tuple(i for i in range(block.nrows()) if block[i, i] < _NEGLIGIBLE * largest) for block in blocks)
    count = sum(map(len, kept))
    return kept if 0 < count < sum(map(abs, problem.blocks)) else None


def _ray(program: Program, kept: Rows) -> tuple[fmpq, ...] | None:
    """S with Σ c_k s_k = 0, S zero in the rows that are kept and positive definite on the others, exactly."""
    problem = program.problem
    inside = [set(rows) for rows in kept]
    count = len(problem.costs)
    conditions: dict[tuple[int, int, int], int] = {}
    for e in problem.entries:
        if e.k and (e.row - 1 in inside[e.block - 1] or e.column - 1 in inside[e.block - 1]):
            conditions.setdefault((e.block, e.row, e.column), len(conditions))
    system = fmpq_mat(len(conditions) + 1, count)
    for k, cost in enumerate(problem.costs):
        system[len(conditions), k] = cost
    for e in problem.entries:
        if e.k and (e.block, e.row, e.column) in conditions:
            system[conditions[e.block, e.row, e.column], e.k - 1] = e.value
    basis = nullspace(system)
    if basis.ncols() == 0:
        return None
    # max t subject to S - t I ⪰ 0 on the other rows, tr S <= 1, for s in the span of the basis
    others = tuple(
        tuple(i for i in range(abs(size)) if i not in rows) for size, rows in zip(problem.blocks, inside, strict=True)
    )
    signs = {block: 1 if problem.blocks[block] > 0 else -1 for block, _ in _nonempty(others)}
    last, step = len(signs) + 1, basis.ncols() + 1
    entries = [SdpaEntry(0, last, 1, 1, fmpq(-1))]
    for column in range(basis.ncols()):
        blocks = program.combination([basis[k, column] for k in range(count)], 0)
        trace = sum((block[i, i] for block in blocks for i in range(block.nrows())), fmpq(0))
        entries.append(SdpaEntry(column + 1, last, 1, 1, -trace))
        for place, (block, rows) in enumerate(_nonempty(others), 1):
            entries += _upper_entries(column + 1, place, blocks[block], rows)
    for place, (_, rows) in enumerate(_nonempty(others), 1):
        entries += [SdpaEntry(step, place, i, i, fmpq(-1)) for i in range(1, len(rows) + 1)]
    sizes = [signs[block] * len(rows) for block, rows in _nonempty(others)]
    costs = [fmpq(0)] * basis.ncols() + [fmpq(-1)]
    nonzero = tuple(entry for entry in entries if entry.value != 0)
    found = precise_solution(SdpaProblem(tuple(costs), (*sizes, -1), nonzero), _PRECISE)
    if found is None:
        return None
    weights = [rounded(value, _BITS) for value in found.x[:-1]]
    ray = tuple(
        sum((basis[k, column] * weights[column] for column in range(basis.ncols())), fmpq(0)) for k in range(count)
    )
    blocks = program.combination(ray, 0)
    parts = [fmpq_mat([[blocks[b][i, j] for j in rows] for i in rows]) for b, rows in _nonempty(others)]
    definite = all(any(certainly_positive_definite(part, bits) for bits in _PRECISIONS) for part in parts)
    return ray if definite else None


def _nonempty(rows: Rows) -> list[tuple[int, tuple[int, ...]]]:
    """The blocks, from 0, of which any row is left, with these rows."""
    return [(block, part) for block, part in enumerate(rows) if part]


def _upper_entries(k: int, place: int, block: fmpq_mat, rows: Sequence[int]) -> list[SdpaEntry]:
    return [
        SdpaEntry(k, place, a, b, block[i, j])
        for a, i in enumerate(rows, 1)
        for b, j in enumerate(rows, 1)
        if a <= b and block[i, j] != 0
    ]


def _restricted(problem: SdpaProblem, kept: Rows) -> tuple[SdpaProblem, list[int]] | None:
    """The program on some rows, without equations that follow from others, and the numbers of those that remain.

    None if the equations contradict each other.
    """
    places = {
        (block + 1, i + 1): (b, a) for b, (block, rows) in enumerate(_nonempty(kept), 1) for a, i in enumerate(rows, 1)
    }
    entries = []
    for e in problem.entries:
        first, second = places.get((e.block, e.row)), places.get((e.block, e.column))
        if first is not None and second is not None:
            entries.append(SdpaEntry(e.k, first[0], first[1], second[1], e.value))
    columns = {place: c for c, place in enumerate(dict.fromkeys((e.block, e.row, e.column) for e in entries))}
    count = len(problem.costs)
    table = fmpq_mat(len(columns) + 1, count)  # one column for each equation, its right-hand side below
    for e in entries:
        if e.k:
            table[columns[e.block, e.row, e.column], e.k - 1] = e.value
    independent = pivot_columns(*table.rref())
    for k, cost in enumerate(problem.costs):
        table[len(columns), k] = cost
    if len(pivot_columns(*table.rref())) != len(independent) or not independent:
        return None
    number = {k + 1: position for position, k in enumerate(independent, 1)}
    chosen = tuple(replace(e, k=number.get(e.k, 0)) for e in entries if e.k == 0 or e.k in number)
    sizes = tuple(len(rows) if problem.blocks[block] > 0 else -len(rows) for block, rows in _nonempty(kept))
    return SdpaProblem(tuple(problem.costs[k] for k in independent), sizes, chosen), independent


def _lifted(
    program: Program, small: tuple[fmpq, tuple[fmpq, ...]] | None, numbers: Sequence[int], ray: Sequence[fmpq]
) -> tuple[fmpq, tuple[fmpq, ...]] | None:
    """A point of (P): that of the restricted program, moved along the ray until it is feasible."""
    if small is None:
        return None
    x = [fmpq(0)] * len(program.costs)
    for k, value in zip(numbers, small[1], strict=True):
        x[k] = value
    start: Blocks = program.combination(x, -1)
    direction = program.combination(ray, 0)
    for exponent in range(0, _LARGEST_STEP + 1, 20):
        step = fmpq(1 << exponent)
        if all_positive([a + b * step for a, b in zip(start, direction, strict=True)]):
            point = tuple(a + step * b for a, b in zip(x, ray, strict=True))
            return dot(program.costs, point), point
    return None
