"""Symmetry-adapted bases of the polynomials of degree <= d under a finite group of rational matrices.

R[x]_{≤d} splits over Q into isotypic parts, one for each irreducible rational representation W (for S_n and B_n these
are the irreducible ones over R too). They are the joint kernels of irreducible factors of the class sums, which
generate the centre of the group algebra: nothing has to be known about the group.

In each part choose a subgroup H and a sign character λ of it such that the space W^(H,λ) = {w : h w = λ(h) w for h in
H} is as small as possible, but not zero, and let b = (b_1, …, b_h) be a basis of the (H,λ)-vectors of the part. Then
every invariant sum of squares of polynomials in the part is

    Reynolds(bᵀ X b) = Σ_a w_a f_aᵀ X f_a,    X positive semidefinite,    f_1, …, f_D vectors of translates of b, w_a >
    0, D = dim W,

and all that is a rational computation. Proof: an invariant sum of squares is a sum of Reynolds(q²). Over R, the part is
a sum of U ⊗_E E^h with U irreducible and E = End_G(U), which is R, C or the quaternions; Reynolds(q²) depends on q in U
⊗ E^h only through a Hermitian form on E^h, the forms that occur are positive semidefinite of every kind, and those of
rank one, which generate them all, come from q = u ⊗ c with one fixed u ≠ 0 in U, for instance u in U^(H,λ). (U^(H,λ) ≠
0 for every constituent U of W, because they are conjugate under Galois' group.) Different parts do not mix (Schur).

If W is absolutely irreducible and W^(H,λ) is a line, this is Theorem 3.2 of Machado and Oliveira: blocks of size h_i
with Σ D_i h_i = dim R[x]_{≤d}. If W splits over R, or is of complex or quaternionic type, the block is h times the
dimension m of its commutant over Q: still the right cone, not fully reduced.

Main definitions: `symmetric_basis`, `SymmetricBasis`, `IsotypicPart`.

References: Serre, Linear representations of finite groups, 2.6 and 13.2; Gatermann and Parrilo (2004); Machado and
Oliveira (2018), Theorem 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from kissalg.algebra.groups import FiniteGroup, require_degree, require_group
from kissalg.algebra.polynomials import monomials, polynomial_ring
from kissalg.errors import ParameterError
from kissalg.exact.matrix import nullspace, pivot_columns
from kissalg.exact.positivity import ldl

__all__ = ["Copy", "IsotypicPart", "SymmetricBasis", "symmetric_basis"]

Label = tuple[tuple[tuple[int, int], ...], ...]
_PAIRS = 400  # how many two-generator subgroups are tried


@dataclass(frozen=True, repr=False)
class Copy:
    """A vector of polynomials and its positive weight."""

    weight: fmpq
    polynomials: tuple[fmpq_mpoly, ...]


@dataclass(frozen=True, repr=False)
class IsotypicPart:
    """The polynomials of degree <= d that belong to one irreducible rational representation W.

    Attributes:
        dimension: D = dim W.
        multiplicity: h, how often W occurs.
        commutant: m = dim End_G(W) over Q; 1 if W is absolutely irreducible.
        kind: "real", "complex" or "quaternionic": the type of the constituents of W over R.
        character: the trace on each conjugacy class.
        copies: the invariant sums of squares are Σ_a weight_a f_aᵀ X f_a.
    """

    dimension: int
    multiplicity: int
    commutant: int
    kind: str
    character: tuple[fmpq, ...]
    copies: tuple[Copy, ...]

    @property
    def size(self) -> int:
        """The size of the Gram matrix X: h m."""
        return len(self.copies[0].polynomials)

    def product(self, s: int, t: int) -> fmpq_mpoly:
        """The invariant that X_st multiplies: Σ_a weight_a f_as f_at."""
        total = self.copies[0].polynomials[0] * 0
        for copy in self.copies:
            total += copy.polynomials[s] * copy.polynomials[t] * copy.weight
        return total

    def __repr__(self) -> str:
        return (
            f"IsotypicPart(dimension {self.dimension}, multiplicity {self.multiplicity}, {self.kind}, block"
            f" {self.size})"
        )


@dataclass(frozen=True, repr=False)
class SymmetricBasis:
    """All the isotypic parts.

    Attributes:
        group, degree: what the basis is for.
        ring: the ring of the polynomials.
        parts: the parts, the trivial representation first, then by dimension.
    """

    group: FiniteGroup
    degree: int
    ring: fmpq_mpoly_ctx
    parts: tuple[IsotypicPart, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the Gram blocks."""
        return tuple(part.size for part in self.parts)

    @property
    def dimension(self) -> int:
        """Σ D_i h_i, the dimension of the space."""
        return sum(part.dimension * part.multiplicity for part in self.parts)

    def __repr__(self) -> str:
        summands = " + ".join(f"{part.dimension}*{part.multiplicity}" for part in self.parts)
        return f"SymmetricBasis({self.group.name}, degree {self.degree}: {self.dimension} = {summands})"


def symmetric_basis(group: FiniteGroup, degree: int, variables: Sequence[str] | None = None) -> SymmetricBasis:
    """The symmetry-adapted basis of the polynomials of degree <= `degree`.

    Args:
        group: a finite group of rational matrices.
        degree: d >= 0.
        variables: the names of the coordinates, x1, x2, … by default.

    Raises:
        ParameterError: if the degree or the number of variables is wrong.

    >>> from kissalg.algebra.groups import cyclic_group, hyperoctahedral_group, symmetric_group
    >>> symmetric_basis(symmetric_group(3), 4)
    SymmetricBasis(S3, degree 4: 35 = 1*11 + 1*2 + 2*11)
    >>> [(part.kind, part.size) for part in symmetric_basis(cyclic_group(3), 2).parts]
    [('real', 4), ('complex', 6)]
    >>> symmetric_basis(hyperoctahedral_group(2), 4).sizes
    (4, 2, 2, 1, 3)
    """
    require_group(group)
    require_degree(degree)
    names = tuple(variables) if variables is not None else tuple(f"x{i + 1}" for i in range(group.n))
    if len(names) != group.n:
        raise ParameterError(f"expected {group.n} variables, on which {group.name} acts, found {', '.join(names)}")
    ring = polynomial_ring(names)
    pieces = [_HomogeneousPart(group, ring, k) for k in range(degree + 1)]
    found: dict[Label, list[tuple[_HomogeneousPart, fmpq_mat]]] = {}
    for piece in pieces:
        for label, columns in piece.isotypic().items():
            found.setdefault(label, []).append((piece, columns))
    subgroups = list({frozenset(signs.items()): signs for signs in _subgroups(group)}.values())
    parts = [_part(group, subgroups, occurrences) for occurrences in found.values()]
    trivial = [fmpq(1)] * len(group.classes)
    parts.sort(key=lambda part: (list(part.character) != trivial, part.dimension))
    basis = SymmetricBasis(group, degree, ring, tuple(parts))
    if basis.dimension != len(monomials(group.n, degree)):
        raise AssertionError(
            f"Σ n_i h_i = {basis.dimension} is not {len(monomials(group.n, degree))}: please report this"
        )
    return basis


class _HomogeneousPart:
    """The homogeneous polynomials of degree k, with the matrices of the group."""

    def __init__(self, group: FiniteGroup, ring: fmpq_mpoly_ctx, k: int) -> None:
        self.group, self.ring, self.k = group, ring, k
        self.exponents = [e for e in monomials(group.n, k) if sum(e) == k]
        self.places = {e: i for i, e in enumerate(self.exponents)}

    @cached_property
    def matrices(self) -> list[fmpq_mat]:
        """The matrix of each element on the monomials: column j is the image of monomial j."""
        size = len(self.exponents)
        result = []
        for number in range(self.group.order):
            inverse = self.group.elements[self.group.inverses[number]]
            images = self._images(inverse)
            matrix = fmpq_mat(size, size)
            for j, exponent in enumerate(self.exponents):
                for e, c in images[exponent].to_dict().items():
                    matrix[self.places[e], j] = c
            result.append(matrix)
        return result

    def _images(self, inverse: fmpq_mat) -> dict[tuple[int, ...], fmpq_mpoly]:
        """The image of every monomial under x_i -> Σ_j inverse_ij x_j."""
        n, gens = self.group.n, self.ring.gens()
        linear = []
        for i in range(n):
            image = self.ring.constant(0)
            for j in range(n):
                if inverse[i, j] != 0:
                    image += gens[j] * inverse[i, j]
            linear.append(image)
        known = {(0,) * n: self.ring.constant(1)}
        for exponent in monomials(n, self.k):
            if exponent not in known:
                i = next(i for i, e in enumerate(exponent) if e)
                known[exponent] = known[(*exponent[:i], exponent[i] - 1, *exponent[i + 1 :])] * linear[i]
        return known

    def isotypic(self) -> dict[Label, fmpq_mat]:
        """The isotypic parts: label -> columns.

        The label lists the minimal polynomial of every normalised class sum.
        """
        size = len(self.exponents)
        pieces: list[tuple[Label, fmpq_mat]] = [((), _unit(size))]
        for members in self.group.classes:
            total = fmpq_mat(size, size)
            for member in members:
                total += self.matrices[member]
            total /= fmpq(len(members))
            factors = [p for p, _ in total.charpoly().factor()[1]]
            split = []
            for label, columns in pieces:
                for factor in factors:
                    kernel = nullspace(_evaluate(factor, total, columns))
                    if kernel.ncols():
                        name = tuple((int(c.p), int(c.q)) for c in factor.coeffs())
                        split.append(((*label, name), columns * kernel))
            pieces = split
        return dict(pieces)

    def polynomial(self, column: fmpq_mat, j: int) -> fmpq_mpoly:
        """A column of coefficients as a polynomial."""
        return self.ring.from_dict({e: column[i, j] for i, e in enumerate(self.exponents) if column[i, j] != 0})


def _unit(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _evaluate(p: fmpq_poly, matrix: fmpq_mat, columns: fmpq_mat) -> fmpq_mat:
    """p(matrix) · columns."""
    total = fmpq_mat(columns.nrows(), columns.ncols())
    for c in reversed(p.coeffs()):
        total = matrix * total + columns * fmpq(c)
    return total


Signs = dict[int, int]  # the elements of a subgroup H, by number, with the values of a sign character


def _subgroups(group: FiniteGroup) -> Iterator[Signs]:
    """Subgroups with sign characters: trivial, cyclic, and generated by two elements."""
    yield {0: 1}
    firsts = [members[0] for members in group.classes]
    for g in firsts:
        yield from _generated(group, (g,))
    tried = 0
    for g in firsts:
        for h in range(1, group.order):
            if tried == _PAIRS:
                break
            tried += 1
            yield from _generated(group, (g, h))
    yield from _generated(group, tuple(group.position(g) for g in group.generators))


def _generated(group: FiniteGroup, generators: Sequence[int]) -> Iterator[Signs]:
    """The subgroup with each of its sign characters."""
    for choice in range(2 ** len(generators)):
        signs = {0: 1}
        border, consistent = [0], True
        while border and consistent:
            element = border.pop()
            for k, generator in enumerate(generators):
                image = group.position(group.elements[generator] * group.elements[element])
                sign = signs[element] * (-1 if choice >> k & 1 else 1)
                if image not in signs:
                    signs[image] = sign
                    border.append(image)
                elif signs[image] != sign:
                    consistent = False
        if consistent:
            yield signs


def _part(
    group: FiniteGroup, subgroups: Sequence[Signs], occurrences: Sequence[tuple[_HomogeneousPart, fmpq_mat]]
) -> IsotypicPart:
    """One isotypic part, from its pieces in each degree."""
    first, columns = occurrences[0]
    traces = [_restricted_trace(first.matrices[members[0]], columns) for members in group.classes]
    lengths = [len(members) for members in group.classes]
    norm = sum((t * t * length for t, length in zip(traces, lengths, strict=True)), fmpq(0)) / group.order
    best: Signs = {0: 1}
    least = columns.ncols()
    for signs in subgroups:
        fixed = sum((traces[group.class_of[h]] * sign for h, sign in signs.items()), fmpq(0)) / len(signs)
        if 0 < fixed < least or (fixed == least and len(signs) > len(best)):
            best, least = signs, int(fixed.p)
    fixed_spaces = [_fixed(piece, part, best) for piece, part in occurrences]
    cosets = _cosets(group, best)
    generator = fmpq_mat(len(first.exponents), 1, [fixed_spaces[0][i, 0] for i in range(len(first.exponents))])
    orbit = [first.matrices[g] * generator for g in cosets]
    reduced, rank = _side_by_side(orbit).rref()
    chosen = pivot_columns(reduced, rank)
    multiplicity = fmpq(columns.ncols(), rank)
    # <χ, χ> = m h² for the character χ = h χ_W; the (H,λ)-vectors of W are one line over its commutant iff there are m
    # h of them
    commutant = norm / multiplicity**2
    minimal = multiplicity.q == 1 and commutant.q == 1 and commutant * multiplicity == least
    if not minimal:
        raise ParameterError(
            f"no subgroup of {group.name} has a single line of (H, λ)-vectors in the representation with the character "
            f"{', '.join(str(t / multiplicity) for t in traces)}; use a subgroup of the group"
        )
    coordinates = [[reduced[a, k] for a in range(rank)] for k in range(len(cosets))]
    gram = fmpq_mat(rank, rank)
    for c in coordinates:
        column = fmpq_mat(rank, 1, c)
        gram += column * column.transpose()
    proof = ldl(gram / fmpq(len(cosets)))
    assert proof is not None  # a sum of squares
    copies = []
    for a in range(rank):
        vector: list[fmpq_mpoly] = []
        for (piece, _), space in zip(occurrences, fixed_spaces, strict=True):
            image = fmpq_mat(space.nrows(), space.ncols())
            for b in range(a, rank):
                if proof.lower[b, a] != 0:
                    image += piece.matrices[cosets[chosen[b]]] * space * proof.lower[b, a]
            vector += [piece.polynomial(image, j) for j in range(image.ncols())]
        copies.append(Copy(proof.diagonal[a], tuple(vector)))
    character = tuple(t / multiplicity for t in traces)
    total = sum(part.ncols() for _, part in occurrences)
    kind = _kind(group, character)
    return IsotypicPart(rank, total // rank, int(commutant.p), kind, character, tuple(copies))


def _restricted_trace(matrix: fmpq_mat, columns: fmpq_mat) -> fmpq:
    """The trace on an invariant subspace, spanned by the columns."""
    transposed = columns.transpose()
    inner = (transposed * columns).solve(transposed * matrix * columns)
    return sum((inner[i, i] for i in range(inner.nrows())), fmpq(0))


def _fixed(piece: _HomogeneousPart, columns: fmpq_mat, signs: Signs) -> fmpq_mat:
    """A basis of the (H, λ)-vectors in the span of the columns."""
    total = fmpq_mat(columns.nrows(), columns.ncols())
    for h, sign in signs.items():
        total += piece.matrices[h] * columns * fmpq(sign)
    reduced, rank = total.transpose().rref()
    return fmpq_mat(rank, total.nrows(), [reduced[i, j] for i in range(rank) for j in range(total.nrows())]).transpose()


def _cosets(group: FiniteGroup, signs: Signs) -> list[int]:
    """One element of each coset g H, the identity first."""
    seen: set[int] = set()
    result = []
    for g in range(group.order):
        if g not in seen:
            result.append(g)
            seen |= {group.position(group.elements[g] * group.elements[h]) for h in signs}
    return result


def _side_by_side(columns: Sequence[fmpq_mat]) -> fmpq_mat:
    height = columns[0].nrows()
    return fmpq_mat(height, len(columns), [column[i, 0] for i in range(height) for column in columns])


def _kind(group: FiniteGroup, character: Sequence[fmpq]) -> str:
    """The type of the constituents over R, by the indicator of Frobenius and Schur: (1/|G|) Σ χ(g²)."""
    total = fmpq(0)
    for g in group.elements:
        total += character[group.class_of[group.position(g * g)]]
    return "real" if total > 0 else "complex" if total == 0 else "quaternionic"
