"""The literature's form of the three-point problem, expanded by brute force in Q[u, v, t], is ours up to an exact
change of basis.
"""

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly
from hypothesis import given

from kissalg.algebra.invariant_ring import COORDINATES, exponents, from_power_means
from kissalg.algebra.orthogonal import chebyshev_matrix, gegenbauer
from kissalg.algebra.three_point_kernels import average_over_permutations, inner_kernel, s_matrix
from kissalg.exact.matrix import frobenius
from kissalg.families.three_point.model import ShiftedVariable, multipliers, three_point
from kissalg.testing.strategies import symmetric_matrices

Rows: TypeAlias = Sequence[tuple[fmpq_mpoly, ...]]

X, Y, Z = COORDINATES.gens()


def change_of_basis(n: int, k: int, size: int, shift: ShiftedVariable) -> fmpq_mat:
    """M with P_i^(n+2k)(u(x)) = Σ_j M_ij T_j(x)."""
    rows = [gegenbauer(n + 2 * k, i)(shift.cosine) for i in range(size)]
    monomial = fmpq_mat([[row[j] for j in range(size)] for row in rows])
    return monomial * chebyshev_matrix(size - 1).inv()


def shifted(polynomial: fmpq_mpoly, shift: ShiftedVariable) -> fmpq_mpoly:
    """A polynomial in (u, v, t), rewritten in (x, y, z)."""
    return polynomial.compose(*shift.cosines(), ctx=COORDINATES)


@pytest.mark.parametrize(("n", "cos"), [(4, "1/2"), (3, "-1/4")])
def test_kernel_terms_are_the_literature_s_in_another_basis(n: int, cos: str) -> None:
    """<S_k, F> in the basis P_i^(n+2k) of the literature is the term of MᵀFM here, in (ii) and, as 3 <S_k(u,u,1), F>,
    in (i).
    """
    degree = 3
    problem = three_point(n, cos, degree)
    shift = ShiftedVariable(problem.cos)
    for k in range(degree + 1):
        size = degree - k + 1
        change = change_of_basis(n, k, size, shift)
        f = fmpq_mat(
            size, size, [fmpq((3 * i * j + i + j) % 7 - 2, 1 + (i + j) % 3) for i in range(size) for j in range(size)]
        )
        here = change.transpose() * f * change
        assert change.det() != 0  # so that the cones agree
        s = s_matrix(n, k, degree)
        literature = sum((f[i, j] * s[i][j] for i in range(size) for j in range(size)), 0 * s[0][0])
        term = next(t for t in problem.identity("ii").terms if t.variable.name == f"F{k}")
        assert from_power_means(term.polynomial(here)) == shifted(literature, shift)  # type: ignore[arg-type]  # an element of (ii)
        pair = next(t for t in problem.identity("i").terms if t.variable.name == f"F{k}")
        u = literature.context().gens()[0]
        on_pairs = 3 * literature.compose(u, u, u.context().constant(1))
        univariate = fmpq_poly([on_pairs.to_dict().get((i, 0, 0), fmpq(0)) for i in range(2 * degree + 1)])
        assert pair.polynomial(here) == univariate(shift.cosine)
        if k == 0:
            ones = fmpq_mat(size, size, [1] * (size * size))
            objective = problem.objective.coefficients["F0"]
            assert isinstance(objective, fmpq_mat)
            assert frobenius(objective, here) == frobenius(ones, f)


def test_gegenbauer_terms() -> None:
    problem = three_point(7, "1/3", 2)
    shift = ShiftedVariable(problem.cos)
    term = problem.identity("i").terms[0]
    for k in range(1, 5):
        assert term.polynomial([fmpq(int(j == k)) for j in range(1, 5)]) == gegenbauer(7, k)(shift.cosine)


@pytest.mark.parametrize("cos", ["1/2", "-1/4"])
def test_multipliers(cos: str) -> None:
    shift = ShiftedVariable(three_point(4, cos, 1).cos)
    u, v, t = shift.cosines()
    a, b, c = ((w + 1) * (shift.cos - w) for w in (u, v, t))
    expected = (X**0, a + b + c, a * b + b * c + a * c, a * b * c, 1 + 2 * u * v * t - u**2 - v**2 - t**2)
    assert tuple(from_power_means(s) for s in multipliers(shift)) == expected


def literature_rows(kind: str, degree: int, shift: ShiftedVariable) -> Rows:
    """The Gram basis in power sums of the unshifted (u, v, t), as tuples (one entry, or the pair A, B)."""
    u, v, t = shift.cosines()
    p = (u + v + t, u**2 + v**2 + t**2, u**3 + v**3 + t**3)

    def monomials(bound: int) -> list[fmpq_mpoly]:
        return [p[0] ** a * p[1] ** b * p[2] ** c for a, b, c in exponents(bound)]

    if kind == "trv":
        return [(m,) for m in monomials(degree)]
    if kind == "alt":
        return [((u - v) * (v - t) * (t - u) * m,) for m in monomials(degree - 3)]
    first = [((2 * u - v - t) * m, (v - t) * m) for m in monomials(degree - 1)]
    return first + [((2 * u**2 - v**2 - t**2) * m, (v**2 - t**2) * m) for m in monomials(degree - 2)]


def shifted_rows(kind: str, degree: int) -> Rows:
    """The Gram basis of the format, expanded in (x, y, z)."""
    m = [(X**k + Y**k + Z**k) / 3 for k in (1, 2, 3)]

    def monomials(bound: int) -> list[fmpq_mpoly]:
        return [m[0] ** a * m[1] ** b * m[2] ** c for a, b, c in exponents(bound)]

    if kind == "trv":
        return [(f,) for f in monomials(degree)]
    if kind == "alt":
        return [((X - Y) * (Y - Z) * (Z - X) * f,) for f in monomials(degree - 3)]
    first = [((2 * X - Y - Z) * f, (Y - Z) * f) for f in monomials(degree - 1)]
    return first + [((2 * X**2 - Y**2 - Z**2) * f, (Y**2 - Z**2) * f) for f in monomials(degree - 2)]


def coordinates_in(rows: Rows, basis: Rows) -> fmpq_mat:
    """M with rows_i = Σ_j M_ij basis_j, the same M for every entry of the tuples; solved through the first entries."""
    keys = sorted({key for row in (*basis, *rows) for key in row[0].to_dict()})
    zero = fmpq(0)
    left = fmpq_mat([[row[0].to_dict().get(key, zero) for key in keys] for row in basis])
    right = fmpq_mat([[row[0].to_dict().get(key, zero) for key in keys] for row in rows])
    gram = left * left.transpose()
    return right * left.transpose() * gram.inv()


@pytest.mark.parametrize("cos", ["1/2", "-1/4"])
def test_square_terms_span_the_literature_s_cone(cos: str) -> None:
    """Every <V^π, R> in power sums of (u, v, t) is <V^π, MᵀRM> in power means of (x, y, z), with an invertible M; all
    of (ii) expanded by brute force.
    """
    degree = 4
    problem = three_point(4, cos, degree)
    shift = ShiftedVariable(problem.cos)
    u, v, t = shift.cosines()
    a, b, c = ((w + 1) * (shift.cos - w) for w in (u, v, t))
    s = (X**0, a + b + c, a * b + b * c + a * c, a * b * c, 1 + 2 * u * v * t - u**2 - v**2 - t**2)
    for term in problem.identity("ii").terms:
        name = term.variable.name
        if not name.startswith("R"):
            continue
        j, kind = int(name[1]), name[3:]
        bound = degree - (0, 1, 2, 3, 2)[j]
        old, new = literature_rows(kind, bound, shift), shifted_rows(kind, bound)
        change = coordinates_in(old, new)
        assert change.det() != 0
        size = term.variable.order
        for row, combination in zip(old, change.tolist(), strict=True):  # M is right, for both entries of the pairs
            for entry in range(len(row)):
                assert row[entry] == sum((x * basis[entry] for x, basis in zip(combination, new, strict=True)), 0 * X)
        r = fmpq_mat(size, size, [fmpq((i * j + 2 * i + 2 * j) % 5 - 1) for i in range(size) for j in range(size)])
        brute = 0 * X
        for i, k in product(range(size), repeat=2):
            pairing = old[i][0] * old[k][0] + (3 * old[i][1] * old[k][1] if len(old[i]) == 2 else 0)
            brute += r[i, k] * average_over_permutations(pairing)
        expanded = term.polynomial(change.transpose() * r * change)
        assert from_power_means(expanded) == s[j] * brute  # type: ignore[arg-type]  # an element of (ii)


@given(symmetric_matrices(3), symmetric_matrices(2))
def test_univariate_squares(q0: fmpq_mat, q1: fmpq_mat) -> None:
    problem = three_point(4, "1/3", 2)
    u = ShiftedVariable(problem.cos).cosine
    x = fmpq_poly([0, 1])
    b = [fmpq_poly([1]), x, 2 * x * x - 1]
    terms = {term.variable.name: term for term in problem.identity("i").terms}
    assert terms["Q0"].polynomial(q0) == sum(
        (b[i] * b[j] * q0[i, j] for i in range(3) for j in range(3)), fmpq_poly([])
    )
    g = (u + 1) * (fmpq(1, 3) - u)
    assert terms["Q1"].polynomial(q1) == g * sum(
        (b[i] * b[j] * q1[i, j] for i in range(2) for j in range(2)), fmpq_poly([])
    )


def test_kernel_is_the_average_over_all_six_permutations() -> None:
    """h for one F_1, straight from the definition in docs/certificate-format.md."""
    problem = three_point(5, "1/2", 2)
    f = fmpq_mat([[1, 2], [2, 5]])
    q = shifted(inner_kernel(5, 1), ShiftedVariable(problem.cos))
    chebyshev = {0: (X**0, Y**0), 1: (X, Y)}
    direct = q * sum((f[i, j] * chebyshev[i][0] * chebyshev[j][1] for i in range(2) for j in range(2)), 0 * X)
    term = next(t for t in problem.identity("ii").terms if t.variable.name == "F1")
    assert from_power_means(term.polynomial(f)) == average_over_permutations(direct)  # type: ignore[arg-type]  # an element of (ii)
