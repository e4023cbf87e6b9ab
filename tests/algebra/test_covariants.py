"""Generators of the isotypic parts over the invariants: they give the symmetry-adapted bases of every degree."""

from itertools import product

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.covariants import covariants
from kissalg.algebra.gram import KINDS, gram_basis, s3_covariants
from kissalg.algebra.groups import FiniteGroup, hyperoctahedral_group, symmetric_group
from kissalg.algebra.polynomials import polynomials
from kissalg.algebra.symmetry import symmetric_basis
from kissalg.errors import ParameterError

HEXAGON = FiniteGroup.from_matrices([[[0, -1], [1, 1]], [[0, 1], [1, 0]]], "D6 on the plane")
CASES = [
    (symmetric_group(2), ["x + y", "x*y"]),
    (symmetric_group(3), ["x + y + z", "x^2 + y^2 + z^2", "x^3 + y^3 + z^3"]),
    (hyperoctahedral_group(2), ["x^2 + y^2", "x^2*y^2"]),
    (FiniteGroup.from_signed_permutations([(-1, 2), (1, -2)], "C2 x C2"), ["x^2", "y^2"]),
    (HEXAGON, ["x^2 + x*y + y^2", "x^2*y^2*(x + y)^2"]),
]


def named(case: object) -> str:
    return case.name if isinstance(case, FiniteGroup) else ""


@pytest.mark.parametrize(("group", "texts"), CASES, ids=named)
def test_the_generators_give_the_bases_of_every_degree(group: FiniteGroup, texts: list[str]) -> None:
    invariants = polynomials(texts)
    parts = covariants(group, invariants)
    weights = [int(f.total_degree()) for f in invariants]
    by_character = {part.character: part for part in parts}
    for degree in range(5):
        for part in symmetric_basis(group, degree).parts:
            sizes = [len(exponents(weights, degree - lost)) for lost in by_character[part.character].degrees]
            assert sum(sizes) == part.size


@pytest.mark.parametrize(("group", "texts"), CASES, ids=named)
def test_the_vectors_are_independent_and_their_products_are_averages(group: FiniteGroup, texts: list[str]) -> None:
    """b_ag f^α spans as many dimensions as there are (g, α); and G_gh is a multiple of the average of b_ag b_ah."""
    invariants = polynomials(texts)
    weights = [int(f.total_degree()) for f in invariants]
    for part in covariants(group, invariants):
        assert len(part.copies) == part.dimension
        assert part.copies[-1].weight == 1
        assert all(copy.weight > 0 for copy in part.copies)
        for copy in part.copies:
            vectors = [
                b * power(invariants, alpha)
                for b, lost in zip(copy.generators, part.degrees, strict=True)
                for alpha in exponents(weights, 7 - lost)
            ]
            assert rank(vectors) == len(vectors) > 0
            averages = [[group.reynolds(b * c) for c in copy.generators] for b in copy.generators]
            factor = part.pairing[0][0].leading_coefficient() / averages[0][0].leading_coefficient()
            for g, h in product(range(len(part.degrees)), repeat=2):
                group.require_invariant(part.pairing[g][h], "the pairing")
                assert part.pairing[g][h] == averages[g][h] * factor


def test_the_three_point_bound_is_the_instance_of_s3() -> None:
    """The sizes of `gram_basis` are those of the general machine, and its generators the ones of the certificate
    format.
    """
    general = {part.character: part for part in symmetric_basis(symmetric_group(3), 6).parts}
    for kind in KINDS:
        assert gram_basis(kind, 6).size == general[s3_covariants()[kind].character].size
    x, y, z = s3_covariants()["std"].copies[0].generators[0].context().gens()
    small, large = s3_covariants()["std"].copies
    assert large.generators == tuple(2 * x**g - y**g - z**g for g in (1, 2))
    assert (small.weight, large.weight) == (3, 1)
    assert small.generators in (tuple(y**g - z**g for g in (1, 2)), tuple(z**g - y**g for g in (1, 2)))
    ((delta,),) = [copy.generators for copy in s3_covariants()["alt"].copies]
    assert delta in ((x - y) * (y - z) * (z - x), (y - x) * (y - z) * (z - x))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["x + y"], "expected 2 polynomials for S2, found 1"),
        (["x + y", "x - y"], r"expected a generator of the invariants to be invariant under S2, .* x - y becomes -x \+ y"),
        (["x + y", "x*y + 1"], r"expected homogeneous polynomials that are not constant, found x\*y \+ 1"),
        (["x + y", "x^2*y^2"], r"expected degrees with the product 2, the order of S2, found \[1, 4\]"),
        (["x + y", "x^2 + 2*x*y + y^2"], "expected algebraically independent polynomials"),
    ],
)  # fmt: skip
def test_polynomials_that_do_not_generate_the_invariants(texts: list[str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        covariants(symmetric_group(2), polynomials(texts))


def exponents(weights: list[int], degree: int) -> list[tuple[int, ...]]:
    """Those of the products of invariants of degree <= `degree`."""
    ranges = [range(max(0, degree) // w + 1) for w in weights]
    return (
        []
        if degree < 0
        else [e for e in product(*ranges) if sum(a * w for a, w in zip(e, weights, strict=True)) <= degree]
    )


def power(invariants: list[fmpq_mpoly], alpha: tuple[int, ...]) -> fmpq_mpoly:
    total = invariants[0] ** 0
    for f, a in zip(invariants, alpha, strict=True):
        total *= f**a
    return total


def rank(vectors: list[fmpq_mpoly]) -> int:
    tables = [v.to_dict() for v in vectors]
    columns = sorted({e for t in tables for e in t})
    return int(fmpq_mat(len(tables), len(columns), [t.get(e, fmpq(0)) for t in tables for e in columns]).rank())
