"""What a numerical solution proves about a semidefinite program without being rounded: enclosures in ball arithmetic.

1. Dual side. The multipliers y are rational numbers. If C - A*(y) is positive definite, bᵀy plus the constant is a
   lower bound of the optimum; if -A*(y) is and bᵀy > 0, there is no feasible point. With free variables f, whose
   columns are B, y is first moved onto their equations Bᵀy = c (or 0).
2. Primal side. X and f are moved onto the equations, to X + A*(η) and f + Bᵀη, where (A A* + B Bᵀ) η = b - A(X) - B f
   is solved in balls. If every matrix in the balls is positive definite, one of them is a feasible point, and the
   largest value of the objective on the balls is an upper bound. With 0 in the place of b, the result is an improving
   ray.

So every statement of an `Enclosure` is a theorem about the exact model, up to the correctness of FLINT and of this
file; nothing depends on how the solution was found. It is no certificate: the kernel knows nothing of generic programs.

Main definitions: `Enclosure`, `enclose`.

Source: Jansson, Chaykin and Keil, Rigorous error bounds for the optimal value in semidefinite programming (2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.positivity import certainly_positive_definite
from kissalg.sdp.dependence import independent_points
from kissalg.sdp.model import (
    CoordinateSpace,
    FreeVariable,
    Model,
    PsdVariable,
    Variable,
)
from kissalg.solvers.solution import BinaryMatrix, NumericSolution

__all__ = ["Enclosure", "enclose"]

_LIMIT = 20_000_000  # coefficients of the equations, written out


@dataclass(frozen=True)
class Enclosure:
    """What is proved about the optimum of a model (minimisation); None and False stand for nothing.

    Attributes:
        lower: a number that no feasible point goes below.
        upper: a number that some feasible point does not exceed.
        infeasible: there is no feasible point.
        ray: there is an improving ray: the dual has no feasible point, and the objective is unbounded if there is a
            feasible point.
    """

    lower: fmpq | None
    upper: fmpq | None
    infeasible: bool
    ray: bool


def enclose(solution: NumericSolution) -> Enclosure:
    r"""What a numerical solution proves, whatever its status says.

    Raises:
        ParameterError: if the equations have too many coefficients to be written out.
        RoundingError: if the sample points of the solution do not determine an identity.

    >>> from kissalg.families.semidefinite_program.model import sdpa_model
    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> from kissalg.solvers import solve
    >>> model = sdpa_model(read_sdpa("1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n"))  # max 2 Y_12, trace Y = 1
    >>> found = enclose(solve(model))
    >>> bool(-1 - fmpq(1, 10**8) < found.lower <= -1 <= found.upper < -1 + fmpq(1, 10**8))
    True
    """
    model = solution.problem
    for identity in model.identities:
        points = list(solution.points[identity.name])
        determined = (
            independent_points(identity, identity.space.candidates) == points
            if isinstance(identity.space, CoordinateSpace)
            else identity.space.is_unisolvent(points)
        )
        if not determined:
            raise RoundingError(f"the sample points of identity {identity.name!r} are not proved to determine it")
    values = [*solution.values.values(), solution.multipliers]
    with ctx.workprec(256 + 2 * max(abs(m.exponent) + _longest(m) for m in values)):
        program = _Program.of(solution)
        return Enclosure(
            program.lower_bound(), program.upper_bound(), program.proves_infeasible(), program.proves_ray()
        )


def _longest(matrix: BinaryMatrix) -> int:
    return max((abs(x).bit_length() for row in matrix.entries for x in row), default=1)


@dataclass(frozen=True, eq=False)
class _Program:
    """A sampled model in coordinates: X_pq for p >= q, by columns, and the entries of vectors.

    `rows` are the equations, `metric` holds 1 for diagonal entries and vectors and 1/2 for entries off the diagonal, so
    that <A_i, A_j> is Σ rows_i metric rows_j. `columns` are the coordinates of free variables.
    """

    model: Model
    spans: dict[str, tuple[int, int]]
    rows: arb_mat
    metric: list[fmpq]
    right: arb_mat
    costs: list[fmpq]
    point: arb_mat
    multipliers: arb_mat

    @staticmethod
    def of(solution: NumericSolution) -> _Program:
        model = solution.problem
        spans: dict[str, tuple[int, int]] = {}
        metric: list[fmpq] = []
        costs: list[fmpq] = []
        point: list[fmpq] = []
        for variable in model.variables:
            start = len(metric)
            cost = model.objective.coefficients.get(variable.name)
            numbers = solution.values[variable.name]
            unit = fmpq(2) ** numbers.exponent
            for i, j in _places(variable):
                metric.append(fmpq(1) if i == j or not isinstance(variable, PsdVariable) else fmpq(1, 2))
                point.append(numbers.entries[i][j] * unit)
                if cost is None:
                    costs.append(fmpq(0))
                else:
                    costs.append(cost[i, j] / metric[-1] if isinstance(cost, fmpq_mat) else cost[i])
            spans[variable.name] = (start, len(metric))
        table: list[list[fmpq]] = []
        right: list[fmpq] = []
        equations = sum(len(points) for points in solution.points.values())
        if equations * len(metric) > _LIMIT:
            raise ParameterError(
                f"expected at most {_LIMIT} coefficients, found {equations} equations in {len(metric)} unknowns"
            )
        for identity in model.identities:
            points = solution.points[identity.name]
            part = [[fmpq(0)] * len(metric) for _ in points]
            for term in identity.terms:
                start, _ = spans[term.variable.name]
                place = {position: start + k for k, position in enumerate(_places(term.variable))}
                for row, coefficients in zip(part, term.sample(points).entries(), strict=True):
                    for i, j, value in coefficients:
                        row[place[i, j]] += value
            table += part
            right += [identity.space.evaluate(identity.right_hand_side, p) for p in points]
        unit = fmpq(2) ** solution.multipliers.exponent
        multipliers = [row[0] * unit for row in solution.multipliers.entries]
        count = len(right)
        return _Program(
            model,
            spans,
            arb_mat(fmpq_mat(count, len(metric), [x for row in table for x in row])),
            metric,
            _column(right),
            costs,
            _column(point),
            _column(multipliers),
        )

    def _free(self) -> list[int]:
        return [k for v in self.model.variables if isinstance(v, FreeVariable) for k in range(*self.spans[v.name])]

    def _multipliers(self, *, ray: bool) -> arb_mat | None:
        """Y moved onto Bᵀy = c (for a ray: 0); None if the columns of B are not certainly independent."""
        free = self._free()
        if not free:
            return self.multipliers
        b = arb_mat([[self.rows[i, k] for k in free] for i in range(self.rows.nrows())])
        target = arb_mat([[arb(0 if ray else self.costs[k])] for k in free])
        change = _solved(b.transpose() * b, target - b.transpose() * self.multipliers)
        return None if change is None else self.multipliers + b * change

    def _is_interior(self, numbers: Sequence[arb]) -> bool:
        """Whether all matrices in the balls are positive definite, and all entries of nonnegative vectors positive."""
        for variable in self.model.variables:
            start, stop = self.spans[variable.name]
            if isinstance(variable, PsdVariable):
                if not _is_definite(variable.size, numbers[start:stop]):
                    return False
            elif not isinstance(variable, FreeVariable) and not all(x > 0 for x in numbers[start:stop]):
                return False
        return True

    def _slack(self, y: arb_mat, *, ray: bool) -> list[arb]:
        """C - A*(y), or -A*(y), by coordinates."""
        image = (self.rows.transpose() * y).tolist()
        return [
            (arb(0) - entry[0] if ray else arb(cost) - entry[0]) * scale
            for entry, cost, scale in zip(image, self.costs, self.metric, strict=True)
        ]

    def _value_of(self, y: arb_mat) -> arb:
        return (self.right.transpose() * y)[0, 0]

    def lower_bound(self) -> fmpq | None:
        y = self._multipliers(ray=False)
        if y is None or not self._is_interior(self._slack(y, ray=False)):
            return None
        return self.model.objective.constant + _ends(self._value_of(y))[0]

    def proves_infeasible(self) -> bool:
        y = self._multipliers(ray=True)
        return y is not None and bool(self._value_of(y) > 0) and self._is_interior(self._slack(y, ray=True))

    def _moved(self, right: arb_mat) -> list[arb] | None:
        """The point, moved onto the equations with a right-hand side; None if they are not certainly independent."""
        scaled = arb_mat([[x * m for x, m in zip(row, self.metric, strict=True)] for row in self.rows.tolist()])
        eta = _solved(scaled * self.rows.transpose(), right - self.rows * self.point)
        if eta is None:
            return None
        return [row[0] for row in (self.point + scaled.transpose() * eta).tolist()]

    def _objective(self, numbers: Sequence[arb]) -> arb:
        return sum((arb(c) * x for c, x in zip(self.costs, numbers, strict=True) if c != 0), arb(0))

    def upper_bound(self) -> fmpq | None:
        numbers = self._moved(self.right)
        if numbers is None or not self._is_interior(numbers):
            return None
        return self.model.objective.constant + _ends(self._objective(numbers))[1]

    def proves_ray(self) -> bool:
        numbers = self._moved(self.right * 0)
        return numbers is not None and bool(self._objective(numbers) < 0) and self._is_interior(numbers)


def _places(variable: Variable) -> Iterator[tuple[int, int]]:
    if isinstance(variable, PsdVariable):
        yield from ((j, i) for i in range(variable.size) for j in range(i, variable.size))
    else:
        yield from ((i, 0) for i in range(variable.length))


def _column(values: Sequence[fmpq]) -> arb_mat:
    return arb_mat(fmpq_mat(len(values), 1, list(values)))


def _solved(matrix: arb_mat, right: arb_mat) -> arb_mat | None:
    try:
        return matrix.solve(right)
    except ZeroDivisionError:  # not certainly invertible
        return None


def _ends(ball: arb) -> tuple[fmpq, fmpq]:
    """Rational numbers below and above everything in the ball."""
    middle, radius = ball.mid().fmpq(), ball.rad().fmpq()
    return middle - radius, middle + radius


def _is_definite(size: int, triangle: Sequence[arb]) -> bool:
    """Whether every symmetric matrix in the balls is positive definite.

    M - (size · radius) I is, for the midpoints M.
    """
    if not all(x.is_finite() for x in triangle):
        return False
    middle = fmpq_mat(size, size)
    radius = fmpq(0)
    entries = iter(triangle)
    for i in range(size):
        for j in range(i, size):
            low, high = _ends(next(entries))
            middle[i, j] = middle[j, i] = (low + high) / 2
            radius = max(radius, (high - low) / 2)
    for i in range(size):
        middle[i, i] -= size * radius
    return certainly_positive_definite(middle, ctx.prec)
