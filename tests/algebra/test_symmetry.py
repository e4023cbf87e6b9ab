"""Symmetry-adapted bases: invariance, dimensions by Molien, and S3 against the module generators of
`kissalg.algebra.gram`.
"""

from collections.abc import Callable
from math import comb

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.characters import real_characters
from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, molien_series, symmetric_group
from kissalg.algebra.invariant_ring import POWER_MEANS, from_power_means
from kissalg.algebra.polynomials import monomials, polynomial_ring, polynomials
from kissalg.algebra.real_gram_blocks import real_blocks
from kissalg.algebra.symmetry import IsotypicPart, SymmetricBasis, symmetric_basis
from kissalg.errors import ParameterError

DIHEDRAL5 = FiniteGroup.from_permutations([[1, 2, 3, 4, 0], [0, 4, 3, 2, 1]], "D5")
QUATERNIONS = FiniteGroup.from_matrices(
    [
        [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]],
        [[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]],
    ],
    "Q8",
)
HEXAGONAL = FiniteGroup.from_matrices([[[0, -1], [1, -1]], [[0, 1], [1, 0]]], "S3 on the plane")
CASES = [
    (symmetric_group(2), 5),
    (symmetric_group(3), 4),
    (symmetric_group(4), 2),
    (cyclic_group(3), 3),
    (cyclic_group(4), 2),
    (hyperoctahedral_group(2), 4),
    (hyperoctahedral_group(3), 3),
    (DIHEDRAL5, 2),
    (QUATERNIONS, 2),
    (HEXAGONAL, 4),
]


def name(case: object) -> str:
    return case.name if isinstance(case, FiniteGroup) else str(case)


@pytest.mark.parametrize(("group", "degree"), CASES, ids=name)
def test_the_sizes_add_up(group: FiniteGroup, degree: int) -> None:
    basis = symmetric_basis(group, degree)
    assert basis.dimension == comb(group.n + degree, degree)
    assert all(part.size == part.multiplicity * part.commutant for part in basis.parts)
    trivial = basis.parts[0]
    assert trivial.size == sum(molien_series(group, degree))
    assert all(part.kind in ("real", "complex", "quaternionic") for part in basis.parts)


@pytest.mark.parametrize(("group", "degree"), CASES, ids=name)
def test_entries_are_averages_of_products(group: FiniteGroup, degree: int) -> None:
    """Σ_a w_a f_as f_at is an invariant, and it is Reynolds' projection of a product of two vectors of the part."""
    for part in symmetric_basis(group, degree).parts:
        for s, t in {(0, 0), (0, part.size - 1), (part.size - 1, part.size - 1)}:
            entry = part.product(s, t)
            group.require_invariant(entry, "an entry")
            total = part.copies[0].polynomials[0] * 0
            for copy in part.copies:
                total += group.reynolds(copy.polynomials[s] * copy.polynomials[t]) * copy.weight
            assert total == entry


@pytest.mark.parametrize(("group", "degree"), CASES, ids=name)
def test_parts_are_orthogonal(group: FiniteGroup, degree: int) -> None:
    """Reynolds' projection kills products of two parts (Schur), so that nothing is lost by separate Gram matrices."""
    parts = symmetric_basis(group, degree).parts
    for i, first in enumerate(parts):
        for second in parts[:i]:
            for a in first.copies:
                for b in second.copies:
                    assert group.reynolds(a.polynomials[0] * b.polynomials[-1]) == 0


def test_kinds_over_the_reals() -> None:
    assert [part.kind for part in symmetric_basis(cyclic_group(4), 1).parts] == ["real", "real", "complex"]
    assert symmetric_basis(QUATERNIONS, 1).parts[-1].kind == "quaternionic"
    pentagon = symmetric_basis(DIHEDRAL5, 1).parts[-1]  # two real representations, conjugate over Q(√5)
    assert (pentagon.kind, pentagon.commutant, pentagon.dimension) == ("real", 2, 4)


def s3_blocks(degree: int) -> dict[str, IsotypicPart]:
    basis = symmetric_basis(symmetric_group(3), degree, ("x", "y", "z"))
    by_character = {tuple(map(int, part.character)): part for part in basis.parts}
    found = {}
    for character, part in by_character.items():
        found["trv" if set(character) == {1} else "std" if part.dimension == 2 else "alt"] = part
    return found


def module_polynomial(kind: str, generator: int, alpha: tuple[int, int, int]) -> fmpq_mpoly:
    """The basis element of `gram_basis` as a polynomial in x, y, z (for std the first of the pair)."""
    m = from_power_means(POWER_MEANS.term(coeff=fmpq(1), exp_vec=alpha))
    x, y, z = m.context().gens()
    if kind == "trv":
        return m
    if kind == "alt":
        return (x - y) * (y - z) * (z - x) * m
    g = generator + 1
    return (2 * x**g - y**g - z**g) * m


def coefficients(polys: list[fmpq_mpoly], degree: int) -> fmpq_mat:
    exponents = monomials(3, degree)
    return fmpq_mat(len(polys), len(exponents), [p.to_dict().get(e, fmpq(0)) for p in polys for e in exponents])


@pytest.mark.parametrize("degree", range(1, 7))
def test_s3_by_the_two_routes_has_an_exact_change_of_basis(degree: int) -> None:
    """Each block of one route is Tᵀ V T times a positive constant for the block V of the other, T invertible over Q:
    the same cone.
    """
    parts = s3_blocks(degree)
    ring = polynomial_ring(("x", "y", "z"))
    for kind in KINDS:
        modules = gram_basis(kind, degree)
        assert (parts[kind].size if kind in parts else 0) == modules.size
        if not modules.size:
            continue
        part = parts[kind]
        wanted = [
            module_polynomial(kind, g, alpha).compose(*ring.gens(), ctx=ring)
            for g, exponents in enumerate(modules.parts)
            for alpha in exponents
        ]
        # the vectors of the representation that the transposition of y and z fixes (std), as those of the modules are
        group = symmetric_group(3)
        swap = group.position(fmpq_mat([[1, 0, 0], [0, 0, 1], [0, 1, 0]]))
        for copy in part.copies:
            given = [p + group.act(swap, p) if kind == "std" else p for p in copy.polynomials]
            table, target = coefficients(given, degree), coefficients(wanted, degree)
            both = stack(table, target)
            if table.rank() == modules.size:
                break
        assert both.rank() == table.rank() == target.rank() == modules.size
        assert both.nrows() == 2 * modules.size
        gram = table * table.transpose()
        change = gram.solve(table * target.transpose())  # column j: wanted_j in terms of given
        assert change.det() != 0
        factors = set()
        for s in range(modules.size):
            for t in range(s + 1):
                moved = ring.constant(0)
                for i in range(modules.size):
                    for j in range(modules.size):
                        if change[i, s] != 0 and change[j, t] != 0:
                            moved += part.product(i, j) * (change[i, s] * change[j, t])
                own = symmetric_group(3).reynolds(wanted[s] * wanted[t])
                if not own.is_zero():
                    factors.add(moved.leading_coefficient() / own.leading_coefficient())
                    assert moved == own * (moved.leading_coefficient() / own.leading_coefficient())
        assert len(factors) == 1
        assert factors.pop() > 0


def stack(a: fmpq_mat, b: fmpq_mat) -> fmpq_mat:
    return fmpq_mat(a.nrows() + b.nrows(), a.ncols(), [*a.entries(), *b.entries()])


def test_wrong_actions_are_refused_with_a_counterexample() -> None:
    with pytest.raises(ParameterError, match="expected a permutation of 3"):
        FiniteGroup.from_permutations([(0, 0, 1)])
    with pytest.raises(
        ParameterError,
        match=r"infinite one: \[\[1, 1\], \[0, 1\]\] has infinite order, .* x\^2 \+ \(-2\)\*x \+ 1 divides no",
    ):
        FiniteGroup.from_matrices([[[1, 1], [0, 1]]])
    with pytest.raises(ParameterError, match=r"infinite one: \[\[2, 0\], \[0, 1/2\]\]"):
        FiniteGroup.from_matrices([[[2, 0], [0, "1/2"]]])
    with pytest.raises(ParameterError, match=r"infinite one: \[\[3/5, -4/5\], \[4/5, 3/5\]\]"):  # a rotation
        FiniteGroup.from_matrices([[["3/5", "-4/5"], ["4/5", "3/5"]]])
    with pytest.raises(ParameterError, match="infinite one"):  # two reflections, the product a translation
        FiniteGroup.from_matrices([[[-1, 0], [0, 1]], [[-1, 1], [0, 1]]])
    with pytest.raises(ParameterError, match="invertible"):
        FiniteGroup.from_matrices([[[1, 1], [1, 1]]])
    (p,) = polynomials(["x^2 + 2*y^2"])
    with pytest.raises(
        ParameterError,
        match=r"the generator \[\[0, 1\], \[1, 0\]\] changes it: x\^2 \+ 2\*y\^2 becomes 2\*x\^2 \+ y\^2",
    ):
        symmetric_group(2).require_invariant(p, "the polynomial")
    with pytest.raises(ParameterError, match="acts, found"):
        symmetric_group(3).require_invariant(p, "the polynomial")
    with pytest.raises(ParameterError, match="expected 3 variables"):
        symmetric_basis(symmetric_group(3), 2, ("x", "y"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FiniteGroup.from_permutations([1, 2, 0]), "expected a list of permutations, .* found 1 among them"),
        (lambda: FiniteGroup.from_permutations([("1", "0")]), "each a tuple of integers"),
        (lambda: FiniteGroup.from_permutations([(1, 2, 3)]), r"permutation of 3 coordinates 0, …, 2, found the images \(1, 2, 3\)"),
        (lambda: FiniteGroup.from_signed_permutations([(1.0, 2)]), "each a tuple of integers"),
        (lambda: FiniteGroup.from_matrices([[[0.5]]]), "expected n x n matrices of rational numbers"),
        (lambda: FiniteGroup.from_matrices([3]), "expected n x n matrices of rational numbers"),
        (lambda: symmetric_basis("S3", 2), "group: expected a FiniteGroup, .* of the type str"),
        (lambda: symmetric_basis(symmetric_group(2), "2"), "degree: expected an integer >= 0, found '2'"),
        (lambda: symmetric_basis(symmetric_group(2), -1), "degree: expected an integer >= 0, found -1"),
        (lambda: molien_series(symmetric_group(2), 1.5), "degree: expected an integer >= 0, found 1.5"),
        (lambda: molien_series((1, 0), 1), "group: expected a FiniteGroup"),
        (lambda: real_characters("D5"), "group: expected a FiniteGroup"),
        (lambda: real_blocks(symmetric_group(2)), "basis: expected the result of symmetric_basis"),
    ],
)  # fmt: skip
def test_wrong_types_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        call()


@pytest.mark.parametrize("group", [symmetric_group(3), HEXAGONAL, QUATERNIONS], ids=name)
def test_molien_counts_the_averages(group: FiniteGroup) -> None:
    ring = polynomial_ring([f"x{i}" for i in range(group.n)])
    for degree, expected in enumerate(molien_series(group, 3)):
        exponents = [e for e in monomials(group.n, degree) if sum(e) == degree]
        rows = [group.reynolds(ring.term(coeff=fmpq(1), exp_vec=e)).to_dict() for e in exponents]
        flat = [row.get(e, fmpq(0)) for row in rows for e in exponents]
        assert fmpq_mat(len(rows), len(exponents), flat).rank() == expected


def test_a_basis_says_what_it_is() -> None:
    assert isinstance(symmetric_basis(symmetric_group(2), 1), SymmetricBasis)
