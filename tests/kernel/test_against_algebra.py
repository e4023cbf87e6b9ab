"""The kernel's polynomials against those of `kissalg.algebra` and `kissalg.families`, which are written separately, in
python-flint.

Shared code would validate its own bugs; two codes that agree coefficient by coefficient on random input have to share a
mistake to be wrong.
"""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.gram import DISCRIMINANT, STANDARD_PAIRING
from kissalg.algebra.invariant_ring import COORDINATES, exponents, power_sum, sums_from_means, to_power_means
from kissalg.families.three_point.model import ShiftedVariable, ThreePointProblem, multipliers, three_point
from kissalg.kernel import check
from kissalg.kernel.common.invariants import power_sums, symmetrise, weighted_monomials
from kissalg.kernel.common.triples import gram_products
from kissalg.kernel.polynomial import Polynomial, pack, unpack
from tests.families.three_point.test_kernel import COSINES, multipliers_of, problems, read
from tests.kernel import oracle
from tests.kernel.oracle import Problem
from tests.kernel.samples import random_tree
from tests.vectors import identifier, vectors


def coefficients(element: fmpq_mpoly | fmpq_poly) -> dict[tuple[int, ...], Fraction]:
    """The nonzero coefficients of a polynomial of python-flint."""
    if isinstance(element, fmpq_poly):
        return {(i, 0, 0): fraction(value) for i, value in enumerate(element.coeffs()) if value != 0}
    return {tuple(int(e) for e in key): fraction(value) for key, value in element.to_dict().items() if value != 0}


def fraction(value: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(value.p), int(value.q))


def rational(value: Fraction) -> fmpq:
    """The same number."""
    return fmpq(value.numerator, value.denominator)


TERMS = st.dictionaries(st.tuples(*[st.integers(0, 7)] * 3), st.integers(-20, 20).filter(bool), max_size=8)


@given(TERMS)
def test_symmetrise(terms: dict[tuple[int, int, int], int]) -> None:
    ours = symmetrise(Polynomial({pack(key): value for key, value in terms.items()}))
    theirs = to_power_means(COORDINATES.from_dict({key: fmpq(value) for key, value in terms.items()}))
    assert ours.coefficients() == coefficients(theirs)


def test_ring_and_gram_generators() -> None:
    for k, polynomial in enumerate(power_sums(9)):
        if k:
            assert sums_from_means(ring_element(polynomial)) == power_sum(k)
    products = gram_products()
    assert products["alt"][0].coefficients() == coefficients(DISCRIMINANT)
    for ours, (g, h) in zip(products["std"], ((0, 0), (0, 1), (1, 1)), strict=True):
        assert ours.coefficients() == coefficients(STANDARD_PAIRING[g][h])
    assert [unpack(code) for code in weighted_monomials(9)] == list(exponents(9))


def ring_element(polynomial: Polynomial) -> fmpq_mpoly:
    """The same polynomial in Q[m1, m2, m3]."""
    ring = DISCRIMINANT.context()
    return ring.from_dict({key: rational(value) for key, value in polynomial.coefficients().items()})


@given(COSINES)
def test_multipliers(cos: Fraction) -> None:
    for mine, other in zip(multipliers_of(4, cos), multipliers(ShiftedVariable(rational(cos))), strict=True):
        assert mine.coefficients() == coefficients(other)


def assignment(model: ThreePointProblem, tree: Any) -> dict[str, Any]:
    """The values of a witness under the names of the model."""
    values = oracle.values_of(tree)
    named = {}
    for variable in model.variables:
        block, _, kind = variable.name.partition(".")
        matrix = values[f"{kind}{block[1:]}" if kind else block]
        flat = [rational(value) for row in matrix for value in row]
        named[variable.name] = flat if variable.name == "a" else fmpq_mat(len(matrix), len(matrix), flat)
    return named


@given(problems(5), st.integers(0, 10**6))
def test_residuals_and_objective_coefficient_by_coefficient(problem: Problem, seed: int) -> None:
    tree = random_tree(Random(seed), problem)
    model = three_point(problem.n, str(problem.cos), problem.degree, problem.linear)
    certificate, values = read(tree), assignment(model, tree)
    forms = certificate.forms()
    ours = [certificate.first_residual(forms), certificate.second_residual(forms)]
    for mine, identity in zip(ours, model.identities, strict=True):
        other = coefficients(model.residual(identity, values))
        assert mine.coefficients() in (other, {key: -value for key, value in other.items()})
    assert certificate.objective(forms) == fraction(model.objective_value(values))


VECTORS = [
    path for path in vectors("three-point", "verified") if path.name.startswith("three-point")
]  # in the interior


@pytest.mark.parametrize("path", VECTORS, ids=identifier)
def test_stored_certificates_solve_the_model(path: Any) -> None:
    tree = oracle.tree_of(path.read_bytes())
    problem = oracle.problem_of(tree)
    model = three_point(problem.n, str(problem.cos), problem.degree, problem.linear)
    values = assignment(model, tree)
    for identity in model.identities:
        assert not coefficients(model.residual(identity, values))
    bound = check(path.read_bytes()).bound
    assert bound is not None
    assert fraction(model.objective_value(values)) <= bound
