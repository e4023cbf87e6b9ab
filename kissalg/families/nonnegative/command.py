"""``kissalg bound minimum`` and ``kissalg bound nonnegative``: polynomials on sets of inequalities and equations.

Main definitions: `MINIMUM`, `NONNEGATIVE`, `symmetry_group`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from flint import fmpq_mat, fmpq_mpoly

from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, symmetric_group
from kissalg.errors import ParameterError
from kissalg.exact.rational import fraction
from kissalg.families.nonnegative.minima import certify_nonnegative, minimize
from kissalg.families.nonnegative.model import Statement, statement
from kissalg.kernel.notation.polynomials import polynomial_quantity, polynomial_text
from kissalg.pipeline import Argument, Command, Option, Outcome, Run

__all__ = ["MINIMUM", "NONNEGATIVE", "MinimumRequest", "NonnegativeRequest", "symmetry_group"]

_GROUPS = {"S": symmetric_group, "C": cyclic_group, "B": hyperoctahedral_group}

Polynomial: TypeAlias = Annotated[
    str, Argument("POLYNOMIAL", 'Such as "x^4 - 3/2*x*y + 1"; after -- if it begins with a minus.')
]
Inequalities: TypeAlias = Annotated[tuple[str, ...], Option("A polynomial that is >= 0 on the set; repeat.")]
Equalities: TypeAlias = Annotated[tuple[str, ...], Option("A polynomial that is 0 on the set; repeat.")]
EvenDegree: TypeAlias = Annotated[
    int | None, Option("Degree of the identity, even. [default: the least that fits]", short="-d")
]
Products: TypeAlias = Annotated[bool, Option("Multiply the inequalities with each other (Schmüdgen).")]
Symmetry: TypeAlias = Annotated[
    tuple[str, ...],
    Option("S, C, B (all, cyclic, signed permutations) or images such as 2,3,-1 of the variables; repeat."),
]
Variables: TypeAlias = Annotated[str | None, Option("The variables in order. [default: all that occur, sorted]")]


@dataclass(frozen=True)
class MinimumRequest:
    """The options of ``kissalg bound minimum``."""

    polynomial: Polynomial
    on: Inequalities = ()
    equal: Equalities = ()
    degree: EvenDegree = None
    products: Products = False
    symmetry: Symmetry = ()
    variables: Variables = None
    rational: Annotated[bool, Option("A rational number just below the minimum, not the exact one.")] = False


@dataclass(frozen=True)
class NonnegativeRequest:
    """The options of ``kissalg bound nonnegative``."""

    polynomial: Polynomial
    on: Inequalities = ()
    equal: Equalities = ()
    degree: EvenDegree = None
    products: Products = False
    multiplier: Annotated[
        str | None, Option("Prove (e + Σ x²)^k times the polynomial instead, e = 0 or 1.", metavar="e,k")
    ] = None
    symmetry: Symmetry = ()
    variables: Variables = None


def _minimum(request: MinimumRequest, run: Run) -> Outcome:
    stated = _stated(request, (0, 0))
    certificate = minimize(
        stated.polynomial,
        stated.inequalities,
        stated.equalities,
        group=stated.group,
        degree=request.degree,
        products=request.products,
        variables=stated.ring.names(),
        exact=not request.rational,
        run=run,
    )
    _name_variables(stated, run)
    if not request.rational and "not_exact" in certificate.provenance:
        run.note(f"the bound is a rational number just below the best one: {certificate.provenance['not_exact']}")
    return Outcome(certificate, _quantity(stated))


def _nonnegative(request: NonnegativeRequest, run: Run) -> Outcome:
    multiplier = _multiplier(request.multiplier)
    stated = _stated(request, multiplier)
    certificate = certify_nonnegative(
        stated.polynomial,
        stated.inequalities,
        stated.equalities,
        group=stated.group,
        degree=request.degree,
        products=request.products,
        multiplier=multiplier,
        variables=stated.ring.names(),
        run=run,
    )
    _name_variables(stated, run)
    return Outcome(certificate, _quantity(stated))


def _stated(request: MinimumRequest | NonnegativeRequest, multiplier: tuple[int, int]) -> Statement:
    """The statement, first without the group: the number of the variables says what the words of --symmetry mean."""
    names = None if request.variables is None else tuple(name.strip() for name in request.variables.split(","))
    plain = statement(request.polynomial, request.on, request.equal, variables=names, degree=request.degree)
    group = symmetry_group(request.symmetry, len(plain.ring.names())) if request.symmetry else None
    return statement(
        request.polynomial,
        request.on,
        request.equal,
        group=group,
        degree=request.degree,
        products=request.products,
        multiplier=multiplier,
        variables=names,
    )


def _name_variables(stated: Statement, run: Run) -> None:
    variables = ", ".join(f"x{i + 1} = {name}" for i, name in enumerate(stated.ring.names()))
    run.note(f"in the verdicts, {variables}")


def _multiplier(text: str | None) -> tuple[int, int]:
    """The pair "e,k" for (e + Σ x_i²)^k."""
    if text is None:
        return 0, 0
    words = text.split(",")
    if len(words) != 2 or not all(word.strip().isdecimal() for word in words):
        raise ParameterError(f'--multiplier: expected "e,k" such as "1,2", found {text!r}')
    return int(words[0]), int(words[1])


def symmetry_group(words: Sequence[str], n: int) -> FiniteGroup:
    """The group that the words of `--symmetry` generate.

    S, C or B (all permutations, the cyclic ones, all signed ones), or the images of 1, …, n.

    Raises:
        ParameterError: for any other word.

    Example:
        >>> symmetry_group(["C", "2,1,3"], 3)
        FiniteGroup(C, 2,1,3, order 6, acting on R^3)
    """
    generators: list[fmpq_mat] = []
    for word in words:
        if word in _GROUPS:
            generators += _GROUPS[word](n).generators
            continue
        images = [image.strip() for image in word.split(",")]
        if len(images) != n or not all(image.removeprefix("-").isdecimal() for image in images):
            raise ParameterError(
                f"--symmetry: expected S, C or B, or {n} images of the variables such as"
                f' "{",".join(map(str, [*range(2, n + 1), 1]))}", with - for a change of sign; found {word!r}'
            )
        generators += FiniteGroup.from_signed_permutations([[int(image) for image in images]]).generators
    return FiniteGroup.from_matrices(generators, ", ".join(words))


def _quantity(stated: Statement) -> str:
    """What the certificate is about, in the notation of the kernel."""

    def text(p: fmpq_mpoly) -> str:
        return polynomial_text({tuple(map(int, e)): fraction(c) for e, c in p.to_dict().items()})

    return polynomial_quantity(text(stated.polynomial), map(text, stated.inequalities), map(text, stated.equalities))


MINIMUM = Command(
    "bound minimum",
    MinimumRequest,
    _minimum,
    lambda request: Path("minimum.json.xz"),
    """Bound a polynomial from below on a set, by the best sum of squares of a degree; exactly where that is sharp.

    Example: kissalg bound minimum "x^2 + y^2 + z^2" --on x --on y --on z --equal "x + y + z - 1" --symmetry S
    """,
)
NONNEGATIVE = Command(
    "bound nonnegative",
    NonnegativeRequest,
    _nonnegative,
    lambda request: Path("nonnegative.json.xz"),
    """Prove that a polynomial is nonnegative on a set, by sums of squares; or that it has none of this degree (exit 3).

    Example: kissalg bound nonnegative "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2" --multiplier 1,1 --symmetry B
    """,
)
