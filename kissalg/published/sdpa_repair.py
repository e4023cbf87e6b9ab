"""Exact feasible points of semidefinite programs in SDPA form, near approximate ones.

For the pair of `kissalg.published.sdpa_bounds`:

- An approximate x is rounded, and Z = Σ x_k F_k - F_0 proved to be positive semidefinite.
- An approximate Y is projected onto the equations: by an exact solution of the normal equations Σ_j <F_k, F_j> λ_j =
  c_k - <F_k, Y>, as Y + Σ λ_j F_j, and that is proved to be positive semidefinite.
- Where that fails, the problem is solved again with Z - εI ⪰ 0, or Y - εI ⪰ 0, for the smallest ε = 2^-s that leaves
  room for the rounding errors.

Main definitions: `Program`, `primal_bound`, `dual_bound`, `repaired_primal`, `repaired_dual`.

Sources: Jansson, Chaykin and Keil, Rigorous error bounds for the optimal value in semidefinite programming (2007); here
by exact arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import PublishedError
from kissalg.published.positivity import is_positive
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.solvers.float64.sdpa import solve_sdpa
from kissalg.solvers.status import Status

__all__ = [
    "Blocks",
    "Program",
    "all_positive",
    "dot",
    "dual_bound",
    "feasible",
    "plus",
    "primal_bound",
    "repaired_dual",
    "repaired_primal",
    "rounded",
    "shifted_dual",
    "shifted_primal",
]

MAX_CONSTRAINTS = 2000
MAX_ROWS = 1000
MAX_ENTRIES = 1 << 20
ROUNDING = 64  # bits after the point of an approximate solution that are kept
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


class Program:
    """The matrices F_k of a problem by blocks, with sparse pairings."""

    def __init__(self, problem: SdpaProblem) -> None:
        count, rows = len(problem.costs), sum(abs(size) for size in problem.blocks)
        if (
            count > MAX_CONSTRAINTS
            or not 1 <= rows <= MAX_ROWS
            or len(problem.entries) > MAX_ENTRIES
            or 0 in problem.blocks
        ):
            raise PublishedError(
                f"expected at most {MAX_CONSTRAINTS} constraints, 1 to {MAX_ROWS} rows and {MAX_ENTRIES} entries, and "
                f"no empty block, found {count}, {rows} and {len(problem.entries)}"
            )
        self.problem = problem
        self.sparse: list[list[SdpaEntry]] = [[] for _ in range(count + 1)]
        for entry in problem.entries:
            self.sparse[entry.k].append(entry)

    @property
    def costs(self) -> tuple[fmpq, ...]:
        """The costs c_1, …, c_m."""
        return self.problem.costs

    def zero(self) -> Blocks:
        """Zero blocks of the sizes of the program."""
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


def all_positive(blocks: Sequence[fmpq_mat]) -> bool:
    """Whether all blocks are positive semidefinite, proved."""
    return all(is_positive(block, f"block {index + 1}") for index, block in enumerate(blocks))


def rounded(value: fmpq, bits: int = ROUNDING) -> fmpq:
    """The nearest multiple of 2^-bits."""
    return fmpq((value * (fmpz(1) << bits) + fmpq(1, 2)).floor(), fmpz(1) << bits)


def primal_bound(problem: SdpaProblem, x: Sequence[fmpq], bits: int = ROUNDING) -> tuple[fmpq, tuple[fmpq, ...]] | None:
    r"""An upper bound of p*, with the exact feasible point that proves it.

    Args:
        problem: the program.
        x: an approximate solution of (P).
        bits: x is rounded to multiples of 2^-bits.

    Returns:
        The bound and the point; None if x, rounded, is not feasible.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> primal_bound(read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n"), [fmpq(1)])
    (1, (1,))
    """
    program = Program(problem)
    point = tuple(rounded(value, bits) for value in x)
    return (dot(program.costs, point), point) if all_positive(program.combination(point, -1)) else None


def dual_bound(
    problem: SdpaProblem, y: Sequence[fmpq_mat], bits: int = ROUNDING
) -> tuple[fmpq, tuple[fmpq_mat, ...]] | None:
    r"""A lower bound of d*, with the exact feasible point that proves it.

    Args:
        problem: the program.
        y: an approximate solution of (D), by blocks.
        bits: y is rounded to multiples of 2^-bits.

    Returns:
        The bound and the point; None if the projection of Y onto the equations is not positive semidefinite.

    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> half = fmpq(1, 2)
    >>> program = read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n")
    >>> dual_bound(program, [fmpq_mat([[half, half], [half, half]])])[0]
    1
    """
    program = Program(problem)
    blocks = feasible(program, program.costs, y, bits)
    return None if blocks is None else (program.pairing(0, blocks), tuple(blocks))


def feasible(program: Program, right: Sequence[fmpq], y: Sequence[fmpq_mat], bits: int = ROUNDING) -> Blocks | None:
    """Exact Y ⪰ 0 with <F_k, Y> = right_k, near an approximate one.

    Args:
        program: the constraint matrices F_k.
        right: the right-hand sides.
        y: the approximate blocks.
        bits: they are rounded to multiples of 2^-bits.

    Returns:
        The blocks; None if their projection onto the equations is not positive semidefinite.
    """
    point = [rounded(entry, bits) for block in y for entry in block.entries()]
    blocks = _projected(program, right, _shaped(program, point))
    return blocks if blocks is not None and all_positive(blocks) else None


def _shaped(program: Program, entries: Sequence[fmpq]) -> Blocks:
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


def _projected(program: Program, right: Sequence[fmpq], blocks: Blocks) -> Blocks | None:
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


def dot(left: Sequence[fmpq], right: Sequence[fmpq]) -> fmpq:
    """Σ left_k right_k."""
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def shifted_primal(problem: SdpaProblem, margin: fmpq) -> SdpaProblem:
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


def shifted_dual(problem: SdpaProblem, margin: fmpq) -> SdpaProblem:
    """The problem of Y - margin · I ⪰ 0: the costs are c_k - margin · tr F_k."""
    traces = [fmpq(0)] * (len(problem.costs) + 1)
    for e in problem.entries:
        if e.row == e.column:
            traces[e.k] += e.value
    return replace(problem, costs=tuple(c - margin * t for c, t in zip(problem.costs, traces[1:], strict=True)))


def repaired_primal(problem: SdpaProblem) -> tuple[fmpq, tuple[fmpq, ...]] | None:
    """Solve again with a margin, the smallest one that survives rounding."""
    for step in _SHIFTS:
        solution = solve_sdpa(shifted_primal(problem, fmpq(1, 1 << step)))
        if solution.status is Status.INFEASIBLE:
            return None
        found = primal_bound(problem, solution.x)
        if found is not None:
            return found
    return None


def repaired_dual(problem: SdpaProblem) -> tuple[fmpq, tuple[fmpq_mat, ...]] | None:
    """Solve again with a margin for Y, the smallest one that survives rounding."""
    for step in _SHIFTS:
        margin = fmpq(1, 1 << step)
        solution = solve_sdpa(shifted_dual(problem, margin))
        if solution.status is Status.UNBOUNDED:
            return None
        found = dual_bound(problem, plus(solution.y, margin))
        if found is not None:
            return found
    return None


def plus(blocks: Sequence[fmpq_mat], margin: fmpq) -> Blocks:
    """Y + margin · I."""
    result = []
    for block in blocks:
        moved = fmpq_mat(block)
        for i in range(block.nrows()):
            moved[i, i] += margin
        result.append(moved)
    return result
