"""Q_k, Y_k, S_k: closed form, symmetry, restriction to pairs, and the addition theorem on rational point sets."""

import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.three_point_kernels import (
    KERNEL_VARIABLES,
    average_over_permutations,
    inner_kernel,
    inner_kernel_value,
    s_matrix,
    y_matrix,
)
from kissalg.errors import ExactnessError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.testing.strategies import points, sphere_points

U, V, T = KERNEL_VARIABLES.gens()
ONE = KERNEL_VARIABLES.constant(1)


def in_u(polynomial: fmpq_poly) -> fmpq_mpoly:
    """A univariate polynomial, in the variable u."""
    return KERNEL_VARIABLES.from_dict({(i, 0, 0): c for i, c in enumerate(polynomial.coeffs())})


@pytest.mark.parametrize("n", [3, 4, 7])
@pytest.mark.parametrize("k", range(5))
def test_closed_form_in_sympy(n: int, k: int) -> None:
    """The definition with its square roots, simplified by sympy at the level of symbols."""
    u, v, t, r = sympy.symbols("u v t r")
    polynomial = sum(
        sympy.Rational(int(c.p), int(c.q)) * (t - u * v) ** i * r ** (k - i)
        for i, c in enumerate(gegenbauer(n - 1, k).coeffs())
    )
    closed = sympy.Poly(sympy.expand(sympy.expand(polynomial).subs(r, sympy.sqrt((1 - u**2) * (1 - v**2)))), u, v, t)
    expected = KERNEL_VARIABLES.from_dict({m: fmpq(int(c.p), int(c.q)) for m, c in closed.terms()})
    assert inner_kernel(n, k) == expected


@given(st.integers(3, 9), st.integers(0, 7), points(3))
def test_value_against_the_expanded_polynomial(n: int, k: int, point: tuple[fmpq, ...]) -> None:
    u, v, t = point
    assert inner_kernel_value(n, k, u, v, t) == inner_kernel(n, k)(u, v, t) == inner_kernel_value(n, k, v, u, t)


@given(st.integers(3, 6), st.integers(0, 3), st.integers(0, 2), st.permutations((U, V, T)))
def test_s_is_invariant_and_the_average_of_y(n: int, k: int, more: int, order: list[fmpq_mpoly]) -> None:
    y, s = y_matrix(n, k, k + more), s_matrix(n, k, k + more)
    for i in range(more + 1):
        for j in range(more + 1):
            assert s[i][j].compose(*order) == s[i][j] == s[j][i]
            assert average_over_permutations(y[i][j].compose(*order)) == s[i][j]


@pytest.mark.parametrize("n", [3, 4, 8])
def test_s_on_pairs(n: int) -> None:
    """3 S_0(u,u,1) = (P+1)(P+1)ᵀ - 11ᵀ and 3 S_k(u,u,1) = (1-u²)^k P Pᵀ: the normalisation that the bound needs."""
    degree = 4
    for k in range(degree + 1):
        p = [in_u(gegenbauer(n + 2 * k, i)) for i in range(degree - k + 1)]
        s = s_matrix(n, k, degree)
        for i in range(degree - k + 1):
            for j in range(degree - k + 1):
                expected = (p[i] + 1) * (p[j] + 1) - 1 if k == 0 else (1 - U**2) ** k * p[i] * p[j]
                assert 3 * s[i][j].compose(U, U, ONE) == expected


@pytest.mark.parametrize("n", [3, 5])
def test_s_on_the_diagonal(n: int) -> None:
    """S_0(1,1,1) is the all-one matrix and S_k(1,1,1) = 0 for k >= 1."""
    for k in range(4):
        for row in s_matrix(n, k, 3):
            assert all(entry(fmpq(1), fmpq(1), fmpq(1)) == int(k == 0) for entry in row)


def inner(x: tuple[fmpq, ...], y: tuple[fmpq, ...]) -> fmpq:
    return sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0))


def kernel_sum(
    matrix: list[list[fmpq_mpoly]], code: list[tuple[fmpq, ...]], centres: list[tuple[fmpq, ...]]
) -> fmpq_mat:
    """Σ over centres e and points x, y of matrix(e·x, e·y, x·y)."""
    size = len(matrix)
    total = fmpq_mat(size, size)
    for e in centres:
        for x in code:
            for y in code:
                at = (inner(e, x), inner(e, y), inner(x, y))
                total += fmpq_mat([[entry(*at) for entry in row] for row in matrix])
    return total


codes = st.integers(3, 5).flatmap(lambda n: st.tuples(st.just(n), st.lists(sphere_points(n), min_size=1, max_size=4)))


@given(codes, st.integers(0, 2))
def test_addition_theorem(code: tuple[int, list[tuple[fmpq, ...]]], k: int) -> None:
    """Σ over pairs of Y_k(e·x, e·y, x·y) is PSD for every single e, and summed over all e it equals the sum of S_k."""
    n, sphere = code
    y = y_matrix(n, k, k + 1)
    for e in sphere:
        assert is_positive_semidefinite(kernel_sum(y, sphere, [e]))
    everything = kernel_sum(y, sphere, sphere)
    assert is_positive_semidefinite(everything)
    assert kernel_sum(s_matrix(n, k, k + 1), sphere, sphere) == everything


def test_the_addition_theorem_fails_in_the_wrong_dimension() -> None:
    """Five points of the sphere in 4-space and Y_2 of dimension 3: the test above can fail."""
    basis = [tuple(fmpq(int(i == j)) for j in range(4)) for i in range(4)]
    assert not is_positive_semidefinite(kernel_sum(y_matrix(3, 2, 2), basis, basis))


def test_refusals() -> None:
    with pytest.raises(ExactnessError, match="n >= 3"):
        inner_kernel(2, 1)
    with pytest.raises(ExactnessError, match="k = 3, degree = 2"):
        y_matrix(4, 3, 2)
