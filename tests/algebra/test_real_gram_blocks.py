"""Characters of real irreducible representations and the blocks that belong to them: orthogonality, dimensions,
multiplicities by another route.
"""

from math import comb

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpz_poly

from kissalg.algebra.characters import RealCharacter, primitive, real_characters, real_embeddings
from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, symmetric_group
from kissalg.algebra.real_gram_blocks import RealBlock, real_blocks
from kissalg.algebra.symmetry import symmetric_basis
from kissalg.exact.matrix import identity_matrix
from kissalg.exact.number_field import FieldElement, FieldMatrix

DIHEDRAL5 = FiniteGroup.from_permutations([[1, 2, 3, 4, 0], [0, 4, 3, 2, 1]], "D5")
FROBENIUS = FiniteGroup.from_permutations([[1, 2, 3, 4, 0], [0, 2, 4, 1, 3]], "F20")
ALTERNATING5 = FiniteGroup.from_permutations([[1, 2, 3, 4, 0], [1, 2, 0, 3, 4]], "A5")
QUATERNIONS = FiniteGroup.from_matrices(
    [
        [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -1], [0, 0, 1, 0]],
        [[0, 0, -1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, -1, 0, 0]],
    ],
    "Q8",
)
GROUPS = [
    symmetric_group(3),
    symmetric_group(4),
    cyclic_group(5),
    cyclic_group(7),
    cyclic_group(8),
    cyclic_group(9),
    hyperoctahedral_group(3),
    DIHEDRAL5,
    FROBENIUS,
    ALTERNATING5,
    QUATERNIONS,
]
COMMUTANT = {"real": 1, "complex": 2, "quaternionic": 4}


def name(case: object) -> str:
    return case.name if isinstance(case, FiniteGroup) else str(case)


def inner(first: RealCharacter, second: RealCharacter) -> FieldElement:
    total = first.field(0)
    for a, b, members in zip(first.values, second.values, first.group.classes, strict=True):
        total += a * first.field.element(b) * len(members)
    return total / first.group.order


@pytest.mark.parametrize("group", GROUPS, ids=name)
def test_characters_are_orthogonal_and_complete(group: FiniteGroup) -> None:
    found = real_characters(group)
    assert all(value == found[0].field(1) for value in found[0].values)
    assert all(c.norm == c.field(COMMUTANT[c.kind]) for c in found)
    # Σ (dim V)² / dim End(V) = |G|: the dimensions of the simple components of R[G]
    assert sum(c.dimension**2 // COMMUTANT[c.kind] for c in found) == group.order
    # one for each class of elements up to inverses
    inverse = [group.class_of[group.inverses[members[0]]] for members in group.classes]
    assert len(found) == len({frozenset((j, i)) for j, i in enumerate(inverse)})
    for i, first in enumerate(found):
        for second in found[:i]:
            if first.field == second.field or second.field.degree == 1:
                assert inner(first, second).is_zero


def test_characters_of_the_icosahedral_group() -> None:
    kinds = [(c.dimension, c.kind, c.field.degree) for c in real_characters(ALTERNATING5)]
    assert kinds == [(1, "real", 1), (3, "real", 2), (3, "real", 2), (4, "real", 1), (5, "real", 1)]
    three = real_characters(ALTERNATING5)[1]
    five_cycles = [value for value in three.values if not value.is_rational]
    assert all(value * value - value == three.field(1) for value in five_cycles), "the golden ratio and its conjugate"


def traces(group: FiniteGroup, degree: int) -> list[fmpq]:
    """The trace of each class on the polynomials of degree <= d: the sum of the coefficients of 1/det(1 - t g) up to
    t^d.
    """
    result = []
    for members in group.classes:
        characteristic = group.elements[members[0]].charpoly()
        series = [fmpq(1)]
        for k in range(1, degree + 1):
            terms = (characteristic[group.n - j] * series[k - j] for j in range(1, min(k, group.n) + 1))
            series.append(-sum(terms, fmpq(0)))
        result.append(sum(series, fmpq(0)))
    return result


CASES = [
    (symmetric_group(3), 4),
    (cyclic_group(4), 2),
    (cyclic_group(5), 2),
    (cyclic_group(7), 1),
    (DIHEDRAL5, 2),
    (QUATERNIONS, 2),
    (hyperoctahedral_group(2), 4),
    (FROBENIUS, 1),
]


@pytest.mark.parametrize(("group", "degree"), CASES, ids=name)
def test_sizes_and_multiplicities(group: FiniteGroup, degree: int) -> None:
    """Theorem 3.2 over R: Σ n_i h_i = dim; and the multiplicities are those that the characters give."""
    blocks = real_blocks(symmetric_basis(group, degree))
    assert sum(b.dimension * b.multiplicity for b in blocks) == comb(group.n + degree, degree)
    on_polynomials = traces(group, degree)
    for block in blocks:
        assert block.size == block.multiplicity * {"real": 1, "complex": 2, "quaternionic": 4}[block.kind]
        total = block.field(0)
        for value, trace, members in zip(block.character, on_polynomials, group.classes, strict=True):
            total += value * trace * len(members)
        assert total / group.order == block.field(block.multiplicity * COMMUTANT[block.kind])
    by_group = {(c.dimension, c.kind, c.values) for c in real_characters(group)}
    for block in blocks:
        if block.field.degree <= 2:
            assert (block.dimension, block.kind, block.character) in by_group


def product(block: RealBlock, other: RealBlock, s: int, t: int) -> list[fmpq_mpoly]:
    """Reynolds(b_s b'_t) for two blocks over one field."""
    total = [p * 0 for p in block.basis[s]]
    for i, p in enumerate(block.basis[s]):
        for j, q in enumerate(other.basis[t]):
            for k, power in enumerate(block.field.powers[i + j]):
                total[k] += p * q * fmpq(power)
    return [block.group.reynolds(p) for p in total]


@pytest.mark.parametrize(("group", "degree"), [(DIHEDRAL5, 2), (cyclic_group(5), 2)], ids=name)
def test_conjugate_blocks_do_not_mix(group: FiniteGroup, degree: int) -> None:
    _, first, second = real_blocks(symmetric_basis(group, degree))
    assert first.field == second.field
    assert all(not any(product(first, second, s, t)) for s in range(first.size) for t in range(second.size))
    assert list(first.product(0, 1)) == product(first, first, 0, 1)


@pytest.mark.parametrize(("group", "degree"), [(DIHEDRAL5, 2), (cyclic_group(7), 1)], ids=name)
def test_the_split_blocks_have_the_invariants_of_the_rational_block(group: FiniteGroup, degree: int) -> None:
    """The entries of the rational block, and the coefficients of 1, α, … of those of one split block, span the same
    space over Q.
    """
    basis = symmetric_basis(group, degree)
    part = basis.parts[-1]
    block = real_blocks(basis)[-1]
    whole = [part.product(s, t) for s in range(part.size) for t in range(s + 1)]
    pieces = [p for s in range(block.size) for t in range(s + 1) for p in block.product(s, t)]
    exponents = sorted({e for p in (*whole, *pieces) for e in p.to_dict()})

    def rank(polys: list[fmpq_mpoly]) -> int:
        flat = [p.to_dict().get(e, fmpq(0)) for p in polys for e in exponents]
        return int(fmpq_mat(len(polys), len(exponents), flat).rank())

    assert rank(whole) == rank(pieces) == rank([*whole, *pieces])


def test_a_generator_of_a_field_of_matrices() -> None:
    companion = fmpq_mat([[0, 0, fmpq(1, 8)], [1, 0, fmpq(3, 4)], [0, 1, 0]])  # x³ - 3/4 x - 1/8: cos 20°
    generated = primitive([identity_matrix(3), companion * companion])
    assert generated.polynomial.degree() == 3
    for element, matrix in zip(generated.elements, (identity_matrix(3), companion * companion), strict=True):
        total = fmpq_mat(3, 3)
        for c in reversed(element.coeffs()):
            total = total * generated.matrix + identity_matrix(3) * fmpq(c)
        assert total == matrix


def test_embeddings_are_the_roots_in_decreasing_order() -> None:
    roots = real_embeddings(fmpz_poly([1, -2, -1, 1]))  # -2 cos(2πk/7)
    assert len(roots) == 3
    for root in roots:
        assert (root**3 - root**2 - root * 2 + 1).is_zero
    approximations = [root.approximation(60) for root in roots]
    assert approximations == sorted(approximations, reverse=True)


@pytest.mark.parametrize(
    ("group", "degree"),
    [(symmetric_group(3), 2), (DIHEDRAL5, 1), (cyclic_group(7), 1), (QUATERNIONS, 1), (FROBENIUS, 1), (cyclic_group(4), 1)],
    ids=name,
)  # fmt: skip
def test_representations_are_homomorphisms_with_their_character(group: FiniteGroup, degree: int) -> None:
    for block in real_blocks(symmetric_basis(group, degree)):
        matrices = block.representation()
        assert matrices[0] == FieldMatrix.rational(block.field, identity_matrix(block.dimension))
        for number, matrix in enumerate(matrices):
            trace = sum((matrix[i, i] for i in range(block.dimension)), block.field(0))
            assert trace == block.character[group.class_of[number]]
        for generator in group.generators:
            g = group.position(generator)
            for h, matrix in enumerate(matrices):
                assert (matrices[g] * matrix - matrices[group.position(generator * group.elements[h])]).is_zero


@pytest.mark.parametrize(("group", "degree"), [(DIHEDRAL5, 2), (cyclic_group(4), 2), (QUATERNIONS, 2)], ids=name)
def test_serres_projections_fix_their_block_and_add_up(group: FiniteGroup, degree: int) -> None:
    basis = symmetric_basis(group, degree)
    blocks = real_blocks(basis)
    for block in blocks:
        own = block.basis[-1]
        total = [p * 0 for p in own]
        for k, part in enumerate(own):  # the projection of Σ p_k α^k
            for j, image in enumerate(block.project(part)):
                for i, power in enumerate(block.field.powers[j + k]):
                    total[i] += image * fmpq(power)
        assert tuple(total) == own
    # Σ_V p_V = 1: conjugate projections add up to rational ones, so that it suffices to look at the parts without α
    p, *_ = basis.ring.gens()
    square = p * p + p
    whole = square * 0
    for block in blocks:
        whole += block.project(square)[0]
    assert whole == square
