"""Gegenbauer and Chebyshev polynomials: recurrence against Rodrigues, sympy, orthogonality and positive
definiteness.
"""

import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.orthogonal import chebyshev, chebyshev_matrix, gegenbauer
from kissalg.errors import ExactnessError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.testing.strategies import sphere_points

U = fmpq_poly([0, 1])


@pytest.mark.parametrize("n", [3, 5, 7, 9, 21])
@pytest.mark.parametrize("k", range(9))
def test_rodrigues_in_odd_dimension(n: int, k: int) -> None:
    """P_k ∝ (1-u²)^(-λ) d^k/du^k (1-u²)^(k+λ), λ = (n-3)/2, an integer here."""
    half = (n - 3) // 2
    derived = (1 - U * U) ** (k + half)
    for _ in range(k):
        derived = derived.derivative()
    quotient, remainder = divmod(derived, (1 - U * U) ** half)
    assert remainder.is_zero()
    assert gegenbauer(n, k) == quotient / quotient(fmpq(1))


@pytest.mark.parametrize("n", [3, 4, 6, 8, 12])
def test_sympy_gegenbauer(n: int) -> None:
    u = sympy.Symbol("u")
    for k in range(8):
        reference = sympy.Poly(sympy.gegenbauer(k, sympy.Rational(n - 2, 2), u), u)
        scaled = [c / reference.eval(1) for c in reversed(reference.all_coeffs())]
        assert gegenbauer(n, k) == fmpq_poly([fmpq(int(c.p), int(c.q)) for c in scaled])


@pytest.mark.parametrize("n", [3, 5, 11])
def test_orthogonality(n: int) -> None:
    for j in range(6):
        for k in range(j):
            primitive = (gegenbauer(n, j) * gegenbauer(n, k) * (1 - U * U) ** ((n - 3) // 2)).integral()
            assert primitive(fmpq(1)) == primitive(fmpq(-1))


@given(st.integers(2, 30), st.integers(0, 20))
def test_normalisation_and_parity(n: int, k: int) -> None:
    polynomial = gegenbauer(n, k)
    assert polynomial.degree() == k
    assert polynomial(fmpq(1)) == 1
    assert polynomial(-U) == (-1) ** k * polynomial


@given(
    st.integers(2, 5).flatmap(lambda n: st.tuples(st.just(n), st.lists(sphere_points(n), min_size=1, max_size=6))),
    st.integers(0, 6),
)
def test_schoenberg(code: tuple[int, list[tuple[fmpq, ...]]], k: int) -> None:
    """(P_k^n(x·y)) is positive semidefinite on any points of the sphere S^(n-1)."""
    n, sphere = code
    inner = [[sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0)) for y in sphere] for x in sphere]
    assert is_positive_semidefinite(fmpq_mat([[gegenbauer(n, k)(entry) for entry in row] for row in inner]))


def test_schoenberg_fails_in_the_wrong_dimension() -> None:
    """P_2^3 on an orthonormal basis of 4-space: the dimension matters."""
    cross = [[fmpq(int(i == j)) for j in range(4)] for i in range(4)]
    assert is_positive_semidefinite(fmpq_mat([[gegenbauer(4, 2)(entry) for entry in row] for row in cross]))
    assert not is_positive_semidefinite(fmpq_mat([[gegenbauer(3, 2)(entry) for entry in row] for row in cross]))


def test_chebyshev_against_flint_and_the_cosine_product() -> None:
    for i in range(12):
        assert chebyshev(i)(fmpq(1)) == 1
        for j in range(i):
            assert 2 * chebyshev(i) * chebyshev(j) == chebyshev(i + j) + chebyshev(i - j)


@given(st.integers(0, 12))
def test_chebyshev_matrix_rows(degree: int) -> None:
    matrix = chebyshev_matrix(degree)
    for i, row in enumerate(matrix.tolist()):
        assert fmpq_poly(row) == chebyshev(i)
    assert matrix.det() != 0


@pytest.mark.parametrize(("n", "k"), [(1, 2), (3, -1), (0, 0)])
def test_refusals(n: int, k: int) -> None:
    with pytest.raises(ExactnessError, match=rf"a dimension n >= 2 and a degree k >= 0, found n = {n}, k = {k}"):
        gegenbauer(n, k)


def test_high_degree_needs_no_stack() -> None:
    assert gegenbauer(4, 1500).degree() == 1500
