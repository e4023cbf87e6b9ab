"""The sums of squares of a statement about polynomials.

Which products of inequalities they multiply, and their Gram bases, reduced by a group.

A finite group that permutes the inequalities up to positive factors permutes their products. Averaged over it, the sums
of squares of an orbit of products are those of one of them, invariant under its stabiliser, moved to the others: one
Gram matrix for each isotypic part of the stabiliser.

Main definitions: `Block`, `WeightedCopy`, `blocks_of`, `require_fixed`.

Reference: Gatermann and Parrilo, Symmetry groups, semidefinite programs, and sums of squares (2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.algebra.groups import FiniteGroup
from kissalg.algebra.polynomials import monomials
from kissalg.algebra.quotients import polynomial_space
from kissalg.algebra.symmetry import symmetric_basis
from kissalg.errors import ParameterError
from kissalg.exact.matrix import pivot_columns

__all__ = ["Block", "WeightedCopy", "blocks_of", "require_fixed"]

_MAX_PRODUCTS = 64
_POINTS_TRIED = 5000  # for a counterexample


@dataclass(frozen=True)
class WeightedCopy:
    """weight · Π g_i (i in factors) · bᵀ X b, weight > 0."""

    factors: tuple[int, ...]
    weight: fmpq
    basis: tuple[fmpq_mpoly, ...]


@dataclass(frozen=True)
class Block:
    """Σ copies, all with the same Gram matrix X."""

    name: str
    copies: tuple[WeightedCopy, ...]

    @property
    def size(self) -> int:
        """The size of X."""
        return len(self.copies[0].basis)


def require_fixed(group: FiniteGroup, inequalities: Sequence[fmpq_mpoly], equalities: Sequence[fmpq_mpoly]) -> None:
    """Return if the group permutes the conditions, inequalities up to positive factors and equalities up to any.

    Raises:
        ParameterError: it does not; with a point of the set that leaves it, if a small one can be found.
    """
    try:
        group.require_permuted(inequalities, "the inequalities")
        group.require_permuted(equalities, "the equalities", signs=True)
    except ParameterError as error:
        raise ParameterError(f"{error}{_leaving(group, inequalities, equalities)}") from None


def _leaving(group: FiniteGroup, inequalities: Sequence[fmpq_mpoly], equalities: Sequence[fmpq_mpoly]) -> str:
    """A point with small coordinates in the set, and its image that is not."""

    def inside(point: Sequence[fmpq]) -> bool:
        return all(g(*point) >= 0 for g in inequalities) and all(h(*point) == 0 for h in equalities)

    coordinates = [fmpq(0), fmpq(1), fmpq(-1), fmpq(2), fmpq(-2), fmpq(1, 2), fmpq(-1, 2)]
    for point in islice(product(coordinates, repeat=group.n), _POINTS_TRIED):
        if inside(point):
            for generator in group.generators:
                image = tuple((generator * fmpq_mat(group.n, 1, list(point))).entries())
                if not inside(image):
                    return (
                        f". The set is not fixed: it has the point ({', '.join(map(str, point))}), and not its image"
                        f" ({', '.join(map(str, image))})"
                    )
    return ""


def blocks_of(
    ring: fmpq_mpoly_ctx,
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    group: FiniteGroup | None,
    degree: int,
    *,
    products: bool,
) -> tuple[Block, ...]:
    """The blocks of the sums of squares up to the degree; see the module. The group has passed `require_fixed`.

    Raises:
        ParameterError: there are too many products of inequalities, or two of them are positive multiples of each
            other.
    """
    chosen: list[tuple[int, ...]] = [()]
    for count in range(1, len(inequalities) + 1 if products else min(2, len(inequalities) + 1)):
        candidates = combinations(range(len(inequalities)), count)
        chosen += [f for f in candidates if sum(int(inequalities[i].total_degree()) for i in f) <= degree]
        if len(chosen) > _MAX_PRODUCTS:
            raise ParameterError(
                f"more than {_MAX_PRODUCTS} products of inequalities fit the degree {degree}; use products=False"
            )
    blocks: list[Block] = []
    for factors, images in _orbits(chosen, inequalities, group):
        half = (degree - sum(int(inequalities[i].total_degree()) for i in factors)) // 2
        name = "S" + "".join(f".{i}" for i in factors)
        if group is None:
            basis = _standard(ring, equalities, half)
            blocks.append(Block(name, (WeightedCopy(factors, fmpq(1), basis),)))
            continue
        stabiliser = _stabiliser(group, factors, images)
        for number, part in enumerate(symmetric_basis(stabiliser, half, ring.names()).parts):
            keep = _independent(ring, equalities, part.copies[0].polynomials, half)
            copies = []
            cosets = _coset_images(images)
            for g, (image, scale) in cosets:
                for copy in part.copies:
                    moved = tuple(group.act(g, copy.polynomials[k]) for k in keep)
                    copies.append(WeightedCopy(image, copy.weight * scale / len(cosets), moved))
            if keep:
                blocks.append(Block(f"{name}/{number}", tuple(copies)))
    return tuple(blocks)


Image = tuple[tuple[int, ...], fmpq]
Images = tuple[Image, ...]
"""For each element of the group the product of inequalities to which it maps the first, and the positive factor."""


def _orbits(
    chosen: Sequence[tuple[int, ...]], inequalities: Sequence[fmpq_mpoly], group: FiniteGroup | None
) -> list[tuple[tuple[int, ...], Images]]:
    """One product of each orbit, with its images."""
    if group is None:
        return [(factors, ()) for factors in chosen]
    moves = group.images(inequalities)
    result: list[tuple[tuple[int, ...], Images]] = []
    seen: set[tuple[int, ...]] = set()
    for factors in chosen:
        if factors not in seen:
            images = tuple(_moved(factors, move) for move in moves)
            seen |= {image for image, _ in images}
            result.append((factors, images))
    return result


def _moved(factors: tuple[int, ...], move: Sequence[tuple[int, fmpq]]) -> Image:
    scale = fmpq(1)
    for i in factors:
        scale *= move[i][1]
    return tuple(sorted(move[i][0] for i in factors)), scale


def _stabiliser(group: FiniteGroup, factors: tuple[int, ...], images: Images) -> FiniteGroup:
    """The elements that fix a product: without a factor, because their powers do."""
    members = tuple(e for e, (image, _) in zip(group.elements, images, strict=True) if image == factors)
    if len(members) == group.order:
        return group
    return FiniteGroup.from_matrices(members, f"the stabiliser of a product in {group.name}")


def _coset_images(images: Images) -> list[tuple[int, Image]]:
    """One element for each image."""
    return [(images.index(image), image) for image in dict.fromkeys(images)]


def _standard(ring: fmpq_mpoly_ctx, equalities: Sequence[fmpq_mpoly], half: int) -> tuple[fmpq_mpoly, ...]:
    """The monomials of degree <= half, one of each class modulo the equations."""
    basis = [ring.term(coeff=fmpq(1), exp_vec=e) for e in monomials(len(ring.names()), half)]
    return tuple(basis[k] for k in _independent(ring, equalities, basis, half))


def _independent(
    ring: fmpq_mpoly_ctx, equalities: Sequence[fmpq_mpoly], basis: Sequence[fmpq_mpoly], half: int
) -> list[int]:
    """Which polynomials to keep so that they are independent modulo the equations."""
    # equations of a degree above `half` have no multiples here, but their leading terms may cancel in combinations:
    # twice the degree sees them
    low = [h for h in equalities if int(h.total_degree()) <= 2 * half]
    if not low or not basis:
        return list(range(len(basis)))
    space = polynomial_space(ring, 2 * half, low)
    columns = [space.coefficients(b) for b in basis]
    table = fmpq_mat(space.dimension, len(basis), [column[i] for i in range(space.dimension) for column in columns])
    reduced, rank = table.rref()
    return pivot_columns(reduced, rank)
