"""The average kissing number: a semidefinite program for weights of the contacts around one ball.

The average kissing number of R^n is the supremum of the average degrees of contact graphs of packings of finitely many balls, of any
radii. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s) in (0,1), and seen from the neighbour the same contact
has the size 1 - ξ. Let ω >= 0 be a weight on sizes with

    ω(ξ) + ω(1-ξ) >= 2   for all ξ in (0,1).

If the weights of the neighbours of any ball sum to at most t, then the average degree is at most t, since every contact is counted twice.
With ω the area of the cap that a neighbour cuts from the sphere of radius ρ about the ball, divided by that of a ball of the same
radius (ξ = 1/2), this is the bound D(ρ)/α_ρ(1) of Theorem 2.2 in the paper; here ω is a variable of the program as well.

On a mesh of sizes ξ_0 <= … <= ξ_(N-1), ω and the kernels F_k(a,b) are constant or linear between two nodes (`Mesh`). With E_k the multiple of
Gegenbauer's polynomial P_k^n of `dyadic_gegenbauer`, F_pq(u) = Σ_k (F_k)_pq E_k(u) and u_pq = 1 - 2 ξ_p ξ_q, the program is

    minimise t,   [[t, wᵀ], [w, F_0]] ⪰ 0,   F_1, …, F_d ⪰ 0,   ω(ξ) + ω(1-ξ) >= 2,
    (i)   F_pp(1) <= w_p,
    (ii)  F_pq(u) <= 0                 for -1 <= u <= u_pq,
    (iii) F_ab(u) <= s_ef (u - u_ab)   for the corners ab of every cell e × f of which a side is linear, between the least and the largest
          u_ab of its corners, s_ef >= 0.

In the model that a solver sees (`AverageKissingProblem`) every inequality holds with a margin, (ii) by sums of squares (Lukács: on an interval [-1, e] a
polynomial that is nowhere negative is σ_0 + (u+1)(e-u) σ_1, or (u+1) σ_0 + (e-u) σ_1 for odd degrees), and (iii) at samples. A certificate proves
them without either. The proof of the bound is in `kissalg.kernel.claims.average_kissing`.

Main definitions: `Mesh`, `step_mesh`, `linear_mesh`, `AverageKissingProblem`, `average_kissing`, `area_weights`.

References: Dostert, Kolpakov and Oliveira, Semidefinite programming bounds for the average kissing number, Israel J. Math. 247 (2022): Theorems 2.2
and 3.1, section 3.1 (constant pieces, ω from caps). Weights as variables and linear pieces are ours. Glazyrin, Contact graphs of ball packings (2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import comb, isqrt

from flint import fmpq, fmpq_poly

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.spherical_cap import relative_cap_area
from kissalg.bounds.terms import chebyshev_values
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.sdp.inequalities import Entry, InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable
from kissalg.sdp.sampling import chebyshev_nodes

__all__ = [
    "THEOREM",
    "AverageKissingProblem",
    "Mesh",
    "area_weights",
    "average_kissing",
    "dyadic_gegenbauer",
    "linear_mesh",
    "step_mesh",
]

THEOREM = "average-kissing"
_NODE_BITS = 12
_STRIP_SAMPLES = 5
_MAX_NODES = 128

Element = tuple[int, int]


@cache
def dyadic_gegenbauer(n: int, k: int) -> fmpq_poly:
    """E_k, the multiple of P_k^n with dyadic coefficients: Gegenbauer's C_k with the parameter n/2 - 1, times the power of two with 1/2 < E_k(1) <= 1.

    >>> dyadic_gegenbauer(4, 2), dyadic_gegenbauer(4, 2)(1)
    (x^2 + (-1/4), 3/4)
    """
    at_one = comb(k + n - 3, k)
    return gegenbauer(n, k) * fmpq(at_one, 1 << (at_one - 1).bit_length())


@dataclass(frozen=True, repr=False)
class Mesh:
    """Sizes ξ_0 <= … <= ξ_(N-1) in (0,1), with a letter for each: `l`, linear from this node to the next; `c`, constant from this node up to the next (the
    last one: up to 1). Two nodes may be equal after a `c`: there the functions jump.

    Raises:
        ParameterError: if the nodes do not increase, lie outside (0,1), or do not fit the letters.

    >>> Mesh((fmpq(1, 4), fmpq(1, 2), fmpq(3, 4)), "ccc")
    Mesh(3 nodes from 1/4 to 3/4, 'ccc')
    """

    nodes: tuple[fmpq, ...]
    pieces: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.nodes) <= _MAX_NODES:
            raise ParameterError(
                f"mesh: expected between 1 and {_MAX_NODES} nodes, found {len(self.nodes)}; give at least one size"
            )
        if len(self.pieces) != len(self.nodes) or set(self.pieces) - set("cl") or self.pieces[-1] != "c":
            raise ParameterError(
                f"mesh: expected {len(self.nodes)} letters c or l, the last one c, found {self.pieces!r}"
            )
        if not (self.nodes[0] > 0 and self.nodes[-1] < 1):
            raise ParameterError(f"mesh: expected sizes in (0,1), found {self.nodes[0]} … {self.nodes[-1]}")
        for (low, high), piece in zip(pairwise(self.nodes), self.pieces, strict=False):
            if low > high or (low == high and piece == "l"):
                raise ParameterError(
                    f"mesh: expected increasing nodes, found {low} before {high} with a piece {piece!r}"
                )

    @property
    def elements(self) -> list[Element]:
        """(p, p) for a constant piece, (p, p+1) for a linear one; empty pieces are left out."""
        ends = (*self.nodes, fmpq(1))
        return [(p, p + (piece == "l")) for p, piece in enumerate(self.pieces) if ends[p] < ends[p + 1]]

    @property
    def cells(self) -> list[tuple[Element, Element]]:
        """The pairs of elements, the second not after the first, of which at least one is linear."""
        elements = self.elements
        pairs = [(e, f) for i, e in enumerate(elements) for f in elements[: i + 1]]
        return [(e, f) for e, f in pairs if e[0] != e[1] or f[0] != f[1]]

    def end(self, p: int, q: int) -> fmpq:
        """u_pq = 1 - 2 ξ_p ξ_q, the largest inner product of the directions of neighbours of these sizes."""
        return 1 - 2 * self.nodes[p] * self.nodes[q]

    def weights(self) -> Iterator[dict[int, fmpq]]:
        """The sums ω(ξ) + ω(1-ξ) that have to be at least 2, as combinations of the w_p: one for each end of each interval on which it is linear."""
        pieces: list[tuple[fmpq, fmpq, Element | None]] = [(fmpq(0), self.nodes[0], None)]
        pieces += [(self.nodes[e[0]], (*self.nodes, fmpq(1))[e[0] + 1], e) for e in self.elements]
        found = set()
        for low, high, e in pieces:
            for other_low, other_high, f in pieces:
                left, right = max(low, 1 - other_high), min(high, 1 - other_low)
                if left < right or (left == right == low == 1 - other_low):
                    for a in (left, right):
                        total: dict[int, fmpq] = {}
                        for element, at in ((e, a), (f, 1 - a)):
                            for p, value in self._hats(element, at):
                                total[p] = total.get(p, fmpq(0)) + value
                        found.add(tuple(sorted((p, value) for p, value in total.items() if value != 0)))
        return (dict(total) for total in sorted(found))

    def _hats(self, element: Element | None, a: fmpq) -> list[tuple[int, fmpq]]:
        if element is None:
            return []
        p, q = element
        if p == q:
            return [(p, fmpq(1))]
        part = (a - self.nodes[p]) / (self.nodes[q] - self.nodes[p])
        return [(p, 1 - part), (q, part)]

    def __repr__(self) -> str:
        return f"Mesh({len(self.nodes)} nodes from {self.nodes[0]} to {self.nodes[-1]}, {self.pieces!r})"


def _graded(first: fmpq, intervals: int, grading: int) -> list[fmpq]:
    """2 · intervals + 1 sizes, symmetric about 1/2, from `first` to 1 - first; grading g/4: distances to 1/2 grow like (i/intervals)^(g/4)."""
    unit = 1 << _NODE_BITS
    half = []
    for i in range(intervals, 0, -1):
        # (i/m)^(g/4), to _NODE_BITS bits, by an integer fourth root
        power = fmpq(i, intervals) ** grading
        root = isqrt(isqrt(int(power.p * unit**4 // power.q)))
        part = (fmpq(1, 2) - first) * fmpq(root, unit)
        half.append(fmpq(1, 2) - fmpq(int((part * unit + fmpq(1, 2)).floor()), unit))
    return [*half, fmpq(1, 2), *(1 - a for a in reversed(half))]


def _first(first: RationalLike) -> fmpq:
    value = rational(first)
    if not 0 < value < fmpq(1, 2):
        raise ParameterError(f"first: expected a size strictly between 0 and 1/2, found {value}; 3/10 is a good start")
    return value


def _count(intervals: int) -> int:
    if isinstance(intervals, bool) or not isinstance(intervals, int) or not 1 <= intervals <= (_MAX_NODES - 2) // 2:
        raise ParameterError(
            f"intervals: expected an integer from 1 to {(_MAX_NODES - 2) // 2}, found {intervals!r}; 8 is a good start"
        )
    return intervals


def step_mesh(first: RationalLike, intervals: int, grading: int = 4) -> Mesh:
    """Constant pieces: `intervals` on either side of 1/2, and one for the sizes from 1 - first on.

    >>> step_mesh("1/4", 1)
    Mesh(3 nodes from 1/4 to 3/4, 'ccc')
    """
    nodes = _graded(_first(first), _count(intervals), grading)
    return Mesh(tuple(nodes), "c" * len(nodes))


def linear_mesh(first: RationalLike, intervals: int, grading: int = 4) -> Mesh:
    """Linear pieces: `intervals` on either side of 1/2; then a jump, and a constant piece for the sizes from 1 - first on.

    Args:
        first: the least size that has a weight, in (0, 1/2); smaller neighbours have none, and those larger than 1 - first have at least 2.
        intervals: m, the number of pieces on either side.
        grading: g; the distances of the nodes to 1/2 are proportional to (i/m)^(g/4).

    >>> linear_mesh("1/4", 1)
    Mesh(4 nodes from 1/4 to 3/4, 'llcc')
    """
    nodes = _graded(_first(first), _count(intervals), grading)
    return Mesh((*nodes, nodes[-1]), "l" * (len(nodes) - 1) + "cc")


def area_weights(n: int, rho_squared: RationalLike, mesh: Mesh) -> tuple[fmpq, ...]:
    """For a mesh of constant pieces, rational upper bounds of α_ρ(r)/α_ρ(1) at the right end of each piece: the weights of the paper.

    Their sums ω(ξ) + ω(1-ξ) are at least 2 by Lemma 2.1 of the paper, if no size below ξ_0 reaches the sphere of radius ρ: ξ_0 <= (ρ-1)/(ρ+1).

    Raises:
        ParameterError: if 1 < ρ² <= 9 does not hold, or ξ_0 is too large.
    """
    ends = (*mesh.nodes[1:], fmpq(1))
    return tuple(relative_cap_area(n, rational(rho_squared), size) for size in ends)


@dataclass(frozen=True, repr=False)
class AverageKissingProblem(InequalityModel):
    """The sampled program of a bound, with its parameters; made by `average_kissing`."""

    n: int
    degree: int
    mesh: Mesh
    margin: fmpq

    def claim(self, bound: RationalLike) -> str:
        """The statement that is to be proved; the bound is rounded up to ten decimals."""
        return f"average-kissing({self.n}) <= {decimal_up(rational(bound))}"

    def __repr__(self) -> str:
        return f"{THEOREM} (n = {self.n}, degree = {self.degree}, {self.mesh}): {len(self.rows)} equations and inequalities"


def average_kissing(
    n: int,
    degree: int,
    mesh: Mesh,
    *,
    weights: Sequence[fmpq] | None = None,
    margin: RationalLike = "1/1000000",
) -> AverageKissingProblem:
    """The program for the average kissing number of R^n.

    Args:
        n: the dimension, n >= 3.
        degree: d >= 1. The program is infeasible below a degree that grows with n and with 1/ξ_0.
        mesh: see `linear_mesh` and `step_mesh`.
        weights: lower bounds of the w_p, for a given weight such as `area_weights`; by default the weight is optimised.
        margin: by how much every inequality has to hold.

    Raises:
        ParameterError: if a parameter is out of its range.

    >>> average_kissing(3, 4, step_mesh("1/4", 1))
    average-kissing (n = 3, degree = 4, Mesh(3 nodes from 1/4 to 3/4, 'ccc')): 61 equations and inequalities
    """
    for name, value, low in (("n", n, 3), ("degree", degree, 1)):
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ParameterError(f"{name}: expected an integer >= {low}, found {value!r}")
    try:
        least = rational(margin)
    except ExactnessError as error:
        raise ParameterError(f"margin: {error}") from error
    if least <= 0:
        raise ParameterError(f"margin: expected a positive number, found {least}")
    if weights is not None and len(weights) != len(mesh.nodes):
        raise ParameterError(
            f"weights: expected {len(mesh.nodes)}, one for each node of the mesh, found {len(weights)}"
        )
    size = len(mesh.nodes)
    variables: list[PsdVariable | NonnegativeVariable] = [PsdVariable("F0", size + 1)]
    variables += [PsdVariable(f"F{k}", size) for k in range(1, degree + 1)]
    if mesh.cells:
        variables.append(NonnegativeVariable("slopes", len(mesh.cells)))
    for p in range(size):
        for q in range(p + 1):
            variables += _gram_variables(p, q, degree)
    rows = [
        *_weight_rows(mesh, weights, least),
        *_square_rows(n, degree, mesh, least),
        *_strip_rows(n, degree, mesh, least),
    ]
    return AverageKissingProblem(tuple(variables), rows, {("F0", 0, 0): fmpq(1)}, n, degree, mesh, least)


def _weight_rows(mesh: Mesh, weights: Sequence[fmpq] | None, margin: fmpq) -> Iterator[Row]:
    if weights is not None:
        for p, value in enumerate(weights):
            yield Row([("F0", p + 1, 0)], [fmpq(1)], value + margin)
        return
    for total in mesh.weights():
        yield Row([("F0", p + 1, 0) for p in total], list(total.values()), 2 + margin)
    for p in range(len(mesh.nodes)):
        yield Row([("F0", p + 1, 0)], [fmpq(1)], fmpq(0))


def _gram_variables(p: int, q: int, degree: int) -> list[PsdVariable]:
    """The Gram matrices of σ_0 and σ_1 for F_pq."""
    half = degree // 2
    return [PsdVariable(f"S{p},{q}.0", half + 1), PsdVariable(f"S{p},{q}.1", half + degree % 2)]


def _kernel_entries(p: int, q: int, degree: int) -> list[Entry]:
    """(F_0)_pq, …, (F_d)_pq."""
    return [("F0", p + 1, q + 1), *((f"F{k}", p, q) for k in range(1, degree + 1))]


def _square_rows(n: int, degree: int, mesh: Mesh, margin: fmpq) -> Iterator[Row]:
    """(i); and (ii) as the equations -F_pq - margin = squares, at as many points as determine it."""
    size = len(mesh.nodes)
    at_one = [-dyadic_gegenbauer(n, k)(1) for k in range(degree + 1)]
    for p in range(size):
        yield Row([*_kernel_entries(p, p, degree), ("F0", p + 1, 0)], [*at_one, fmpq(1)], margin)
    nodes = chebyshev_nodes(degree + 1)
    squares = [_square_coefficients(degree, x) for x in nodes]
    for p in range(size):
        for q in range(p + 1):
            names = _kernel_entries(p, q, degree)
            for variable in _gram_variables(p, q, degree):
                names += [(variable.name, i, j) for i in range(variable.size) for j in range(i + 1)]
            half = (mesh.end(p, q) + 1) / 2
            for x, coefficients in zip(nodes, squares, strict=True):
                yield Row(names, [*_values(n, degree, half * (x + 1) - 1), *coefficients], margin, equality=True)


def _square_coefficients(degree: int, x: fmpq) -> list[fmpq]:
    """Minus the coefficients of the entries of the two Gram matrices, in the basis of Chebyshev polynomials of x, the interval being [-1, 1]."""
    values = chebyshev_values(x, degree // 2)
    multipliers = (fmpq(1), 1 - x * x) if degree % 2 == 0 else (1 + x, 1 - x)
    result = []
    for multiplier, length in zip(multipliers, (degree // 2 + 1, degree // 2 + degree % 2), strict=True):
        for i in range(length):
            result += [-multiplier * values[i] * values[j] * (1 if i == j else 2) for j in range(i + 1)]
    return result


def _strip_rows(n: int, degree: int, mesh: Mesh, margin: fmpq) -> Iterator[Row]:
    """(iii) at samples."""
    for index, (e, f) in enumerate(mesh.cells):
        corners = {(max(a, b), min(a, b)) for a in e for b in f}
        ends = [mesh.end(a, b) for a, b in corners]
        low, high = min(ends), max(ends)
        for a, b in sorted(corners):
            names = [*_kernel_entries(a, b, degree), ("slopes", index, 0)]
            for i in range(_STRIP_SAMPLES):
                u = low + (high - low) * fmpq(i, _STRIP_SAMPLES - 1)
                yield Row(names, [*_values(n, degree, u), u - mesh.end(a, b)], margin)


@cache
def _values(n: int, degree: int, u: fmpq) -> list[fmpq]:
    """(-E_0(u), …, -E_degree(u))."""
    previous, current = fmpq(1), u
    values = [previous, current][: degree + 1]
    for k in range(1, degree):
        previous, current = current, ((2 * k + n - 2) * u * current - k * previous) / (k + n - 2)
        values.append(current)
    return [-value * dyadic_gegenbauer(n, k)(1) for k, value in enumerate(values)]
