"""Gram blocks of the real irreducible representations, over real number fields.

They are the blocks of a symmetry-adapted basis, split.

`symmetric_basis` works over Q: one Gram matrix X for each irreducible rational representation W, the invariant sums of
squares being Reynolds(bᵀ X b). If W is a sum of r real irreducible representations V_1, …, V_r, X splits over R into r
blocks:

    Reynolds(bᵀ X b) = Σ_i Reynolds(b_iᵀ X_i b_i),    b_i = T_iᵀ b,    X_i positive semidefinite,

T_i over the real number field R_i that the character of V_i generates. Proof. A real class sum c = Σ_j r_j (C_j + C_j')
acts on b by a matrix A, c b = b A, and it is symmetric, Reynolds((c p) q) = Reynolds(p (c q)), because g and g⁻¹ have
the same coefficient. Let c generate the field of the real class sums on W. On V_i it is a number θ_i, these are the
conjugates of θ, and the columns of T_i span the kernel of A - θ_i. Then b has the basis b T_1, …, b T_r over R, and
(θ_i - θ_j) Reynolds(p q) = 0 for p in the span of b T_i and q in that of b T_j.

Sizes, with the notation of `symmetry` (W of dimension D and multiplicity h, m = dim End(W) = z s²): V_i has the
dimension n = D/(r s), for the quaternionic type twice that, and occurs h s times, for the quaternionic type half as
often; Σ n h over all of them is the dimension of the space (Theorem 3.2). A block has the size h m/r: h s² for the real
type, which is the multiplicity h s of V_i where the Schur index s over Q is 1, as it is for most groups. For the
complex and quaternionic types it is a multiple of the multiplicity: the block is a symmetric real matrix, whose average
over the group is Hermitian, and gives the same cone.

Main definitions: `real_blocks`, `RealBlock`, `FieldPolynomial`.

References: Machado and Oliveira (2018), Theorem 3.2; Gatermann and Parrilo (2004), section 5; Serre, Linear
representations of finite groups, 13.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpz

from kissalg.algebra.characters import Primitive, at, primitive, real_embeddings
from kissalg.algebra.groups import FiniteGroup
from kissalg.algebra.symmetry import IsotypicPart, SymmetricBasis
from kissalg.errors import ParameterError
from kissalg.exact.linear_independence import independent_columns
from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField

__all__ = ["FieldPolynomial", "RealBlock", "real_blocks"]

_COMMUTANT = {"real": 1, "complex": 2, "quaternionic": 4}
FieldPolynomial = tuple[fmpq_mpoly, ...]
"""The coefficients of 1, α, α², … of a polynomial over a number field, polynomials over Q."""


@dataclass(frozen=True, repr=False)
class RealBlock:
    """The Gram block of one real irreducible representation V.

    Attributes:
        group: the group.
        field: the real number field of the basis; the value of its generator selects the representation.
        dimension: n = dim V.
        multiplicity: h, how often V occurs.
        kind: "real", "complex" or "quaternionic".
        character: the trace on each conjugacy class of the group.
        basis: the b_i of the module's docstring.
    """

    group: FiniteGroup
    field: NumberField
    dimension: int
    multiplicity: int
    kind: str
    character: tuple[FieldElement, ...]
    basis: tuple[FieldPolynomial, ...]

    @property
    def size(self) -> int:
        """The size of the Gram matrix."""
        return len(self.basis)

    def product(self, s: int, t: int) -> FieldPolynomial:
        """Reynolds(b_s b_t), the invariant that X_st multiplies."""
        return tuple(self.group.reynolds(p) for p in _product(self.field, self.basis[s], self.basis[t]))

    def project(self, polynomial: fmpq_mpoly) -> FieldPolynomial:
        """Serre's projection to the isotypic part of V: (dim V / dim End V) (1/|G|) Σ χ_V(g⁻¹) g p."""
        factor = fmpq(self.dimension, _COMMUTANT[self.kind] * self.group.order)
        parts = [polynomial * 0 for _ in range(self.field.degree)]
        for number in range(self.group.order):
            value = self.character[self.group.class_of[self.group.inverses[number]]]
            image = self.group.act(number, polynomial) * factor
            for k, c in enumerate(value.coefficients):
                if c != 0:
                    parts[k] += image * c
        return tuple(parts)

    def representation(self) -> tuple[FieldMatrix, ...]:
        """The matrices of the group's elements, in their order, on V.

        On the span of the translates of the first polynomial of the basis.

        Raises:
            ParameterError: if V cannot be written over this field (its Schur index over the field is not 1).

        >>> from kissalg.algebra.groups import symmetric_group
        >>> from kissalg.algebra.symmetry import symmetric_basis
        >>> standard = real_blocks(symmetric_basis(symmetric_group(3), 1))[1]
        >>> [str(sum((m[i, i] for i in range(2)), standard.field(0))) for m in standard.representation()]
        ['2', '0', '-1', '0', '0', '-1']
        """
        orbit = [_translated(self.group, number, self.basis[0]) for number in range(self.group.order)]
        exponents = sorted({e for image in orbit for part in image for e in part.to_dict()})
        columns = [_column(self.field, image, exponents) for image in orbit]
        pivots, rows = independent_columns(columns, len(exponents), self.field)
        if len(pivots) != self.dimension:
            raise ParameterError(
                f"the representation of dimension {self.dimension} cannot be written over {self.field}: its translates"
                f" span {len(pivots)} dimensions"
            )
        inner = FieldMatrix.of(self.field, [[columns[k][i] for k in pivots] for i in rows], len(pivots))
        matrices = []
        for number in range(self.group.order):
            moved = [_translated(self.group, number, orbit[k]) for k in pivots]
            images = [_column(self.field, image, exponents) for image in moved]
            right = FieldMatrix.of(self.field, [[image[i] for image in images] for i in rows], len(pivots))
            matrices.append(inner.solve(right))
        return tuple(matrices)

    def __repr__(self) -> str:
        where = f" over {self.field}" if self.field.degree > 1 else ""
        return (
            f"RealBlock({self.kind}, dimension {self.dimension}, multiplicity {self.multiplicity}, block"
            f" {self.size}{where})"
        )


def real_blocks(basis: SymmetricBasis) -> tuple[RealBlock, ...]:
    """The blocks of a symmetry-adapted basis over the real numbers.

    Raises:
        ParameterError: if the Schur index of a representation is not an integer: please report this.

    >>> from kissalg.algebra.groups import FiniteGroup
    >>> from kissalg.algebra.symmetry import symmetric_basis
    >>> pentagon = FiniteGroup.from_permutations([(1, 2, 3, 4, 0), (0, 4, 3, 2, 1)], "D5")
    >>> basis = symmetric_basis(pentagon, 2)
    >>> basis.sizes, [block.size for block in real_blocks(basis)]
    ((5, 8), [5, 4, 4])
    >>> real_blocks(basis)[1]
    RealBlock(real, dimension 2, multiplicity 4, block 4 over Q(a), a^2 + (-5) = 0, 2 < a < 3)
    """
    if not isinstance(basis, SymmetricBasis):
        raise ParameterError(
            f"basis: expected the result of symmetric_basis, found {basis!r} of the type {type(basis).__name__}"
        )
    result = [block for part in basis.parts for block in _split(basis.group, part)]
    total = sum(block.dimension * block.multiplicity for block in result)
    if total != basis.dimension:
        raise AssertionError(f"Σ n_i h_i = {total} is not {basis.dimension}: please report this")
    return tuple(result)


def _split(group: FiniteGroup, part: IsotypicPart) -> Iterator[RealBlock]:
    vectors = part.copies[0].polynomials
    generated = _real_class_sums(group, vectors)
    r = int(generated.polynomial.degree())
    z = 2 * r if part.kind == "complex" else r
    schur = int(fmpz(part.commutant // z).isqrt())
    if schur * schur * z != part.commutant:
        raise ParameterError(f"the commutant of {part} has the dimension {part.commutant}, not {z} times a square")
    quaternionic = part.kind == "quaternionic"
    dimension = part.dimension * (2 if quaternionic else 1) // (r * schur)
    multiplicity = part.multiplicity * schur // (2 if quaternionic else 1)
    starts = _cyclic(generated.matrix, r)
    powers = [vectors]
    for _ in range(r - 1):
        powers.append(_moved(powers[-1], generated.matrix))
    for theta in real_embeddings(generated.polynomial):
        field = theta.field
        weights = _cofactors(generated, theta)
        chosen = []
        for start in starts:  # Σ_k q_k(θ) A^k e_start
            parts = [vectors[0] * 0 for _ in range(field.degree)]
            for weight, power in zip(weights, powers, strict=True):
                for k, c in enumerate(weight.coefficients):
                    parts[k] += power[start] * c
            chosen.append(tuple(parts))
        character = tuple(at(p, theta) * dimension for p in generated.elements)
        yield RealBlock(group, field, dimension, multiplicity, part.kind, character, tuple(chosen))


def _real_class_sums(group: FiniteGroup, vectors: Sequence[fmpq_mpoly]) -> Primitive:
    """The normalised real class sums in the basis of the vectors, and a generator of their field."""
    exponents = sorted({e for p in vectors for e in p.to_dict()})
    table = fmpq_mat(len(exponents), len(vectors), [p.to_dict().get(e, fmpq(0)) for e in exponents for p in vectors])
    transposed = table.transpose()
    inner = (transposed * table).inv() * transposed
    matrices = []
    for members in group.classes:
        both = [*members, *(group.inverses[g] for g in members)]
        images = []
        for p in vectors:
            total = p * 0
            for g in both:
                total += group.act(g, p)
            images.append((total / len(both)).to_dict())
        matrices.append(
            inner
            * fmpq_mat(len(exponents), len(vectors), [image.get(e, fmpq(0)) for e in exponents for image in images])
        )
    return primitive(matrices)


def _moved(vectors: Sequence[fmpq_mpoly], matrix: fmpq_mat) -> tuple[fmpq_mpoly, ...]:
    """B A for the row b of polynomials."""
    result = []
    for j in range(len(vectors)):
        total = vectors[0] * 0
        for i, p in enumerate(vectors):
            if matrix[i, j] != 0:
                total += p * matrix[i, j]
        result.append(total)
    return tuple(result)


def _cyclic(matrix: fmpq_mat, r: int) -> list[int]:
    """Unit vectors whose images under 1, A, …, A^(r-1) are a basis."""
    size = matrix.nrows()
    chosen: list[int] = []
    rows: list[fmpq] = []
    rank = 0
    for start in range(size):
        vector = fmpq_mat(size, 1, [int(i == start) for i in range(size)])
        added: list[fmpq] = []
        for _ in range(r):
            added += vector.entries()
            vector = matrix * vector
        if fmpq_mat(rank + r, size, rows + added).rank() == rank + r:
            chosen.append(start)
            rows += added
            rank += r
        if rank == size:
            break
    return chosen


def _cofactors(generated: Primitive, theta: FieldElement) -> list[FieldElement]:
    """q_0, …, q_(r-1) with p(x) / (x - θ) = Σ q_k x^k, by Horner's rule."""
    coefficients = [fmpq(c) for c in generated.polynomial.coeffs()]
    result = [theta.field(1)]
    for c in reversed(coefficients[1:-1]):
        result.append(result[-1] * theta + c)
    return result[::-1]


def _translated(group: FiniteGroup, number: int, polynomial: FieldPolynomial) -> FieldPolynomial:
    return tuple(group.act(number, part) for part in polynomial)


def _column(
    field: NumberField, polynomial: FieldPolynomial, exponents: Sequence[tuple[int, ...]]
) -> list[FieldElement]:
    tables = [part.to_dict() for part in polynomial]
    return [field(*[table.get(e, fmpq(0)) for table in tables]) for e in exponents]


def _product(field: NumberField, left: FieldPolynomial, right: FieldPolynomial) -> FieldPolynomial:
    total = [left[0] * 0 for _ in left]
    for i, p in enumerate(left):
        for j, q in enumerate(right):
            for k, power in enumerate(field.powers[i + j]):
                if power != 0:
                    total[k] += p * q * fmpq(power)
    return tuple(total)
