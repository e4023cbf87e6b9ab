"""``kissalg bound minimum`` and ``kissalg bound nonnegative``: from a polynomial to a verified certificate on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flint import fmpq_mat, fmpq_mpoly

from kissalg.algebra.groups import FiniteGroup, cyclic_group, hyperoctahedral_group, symmetric_group
from kissalg.certificate import Certificate
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import ParameterError
from kissalg.exact.rational import fraction
from kissalg.families.nonnegative.minima import certify_nonnegative, minimize
from kissalg.families.nonnegative.model import Statement, statement
from kissalg.kernel.notation.polynomials import polynomial_quantity, polynomial_text

__all__ = ["PolynomialRequest", "polynomial_bound", "symmetry_group"]

_GROUPS = {"S": symmetric_group, "C": cyclic_group, "B": hyperoctahedral_group}


@dataclass(frozen=True)
class PolynomialRequest:
    """The command as the user typed it; `minimum` says whether the best bound is wanted, or 0."""

    polynomial: str
    minimum: bool
    on: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    degree: int | None = None
    products: bool = False
    multiplier: str | None = None
    symmetry: tuple[str, ...] = ()
    variables: str | None = None
    exact: bool = True
    output: Path | None = None
    force: bool = False
    quiet: bool = False


def polynomial_bound(request: PolynomialRequest) -> ExitCode:
    """Solve, round, write, verify. Progress goes to stderr, the two verdicts to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    names = None if request.variables is None else tuple(name.strip() for name in request.variables.split(","))
    plain = statement(request.polynomial, request.on, request.equal, variables=names, degree=request.degree)
    group = symmetry_group(request.symmetry, len(plain.ring.names())) if request.symmetry else None
    output = request.output or Path("minimum.json.xz" if request.minimum else "nonnegative.json.xz")
    require_writable(output, force=request.force)
    stated = statement(
        request.polynomial,
        request.on,
        request.equal,
        group=group,
        degree=request.degree,
        products=request.products,
        multiplier=_multiplier(request.multiplier),
        variables=names,
    )
    with display.stage("solve and round", f"solve and round {stated!r}"):
        certificate = _certificate(request, stated)
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
    variables = ", ".join(f"x{i + 1} = {name}" for i, name in enumerate(stated.ring.names()))
    display.note(f"in the verdicts, {variables}")
    if request.exact and "not_exact" in certificate.provenance:
        display.note(f"the bound is a rational number just below the best one: {certificate.provenance['not_exact']}")
    return verify_output(output, _quantity(stated), certificate.bound, display, lower=True)


def _certificate(request: PolynomialRequest, stated: Statement) -> Certificate:
    p, on, equal = stated.polynomial, stated.inequalities, stated.equalities
    names, group, degree, products = stated.ring.names(), stated.group, request.degree, request.products
    if request.minimum:
        return minimize(
            p, on, equal, group=group, degree=degree, products=products, variables=names, exact=request.exact
        )
    return certify_nonnegative(
        p, on, equal, group=group, degree=degree, products=products, multiplier=stated.multiplier, variables=names
    )


def _multiplier(text: str | None) -> tuple[int, int]:
    """ "e,k" for (e + Σ x_i²)^k."""
    if text is None:
        return 0, 0
    words = text.split(",")
    if len(words) != 2 or not all(word.strip().isdecimal() for word in words):
        raise ParameterError(f'--multiplier: expected "e,k" such as "1,2", found {text!r}')
    return int(words[0]), int(words[1])


def symmetry_group(words: Sequence[str], n: int) -> FiniteGroup:
    """The group that the words of `--symmetry` generate: S, C or B (all permutations, the cyclic ones, all signed ones), or the images of 1, …, n.

    Raises:
        ParameterError: for any other word.

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
                f'--symmetry: expected S, C or B, or {n} images of the variables such as "{",".join(map(str, [*range(2, n + 1), 1]))}", '
                f"with - for a change of sign; found {word!r}"
            )
        generators += FiniteGroup.from_signed_permutations([[int(image) for image in images]]).generators
    return FiniteGroup.from_matrices(generators, ", ".join(words))


def _quantity(stated: Statement) -> str:
    """What the certificate is about, in the notation of the kernel."""

    def text(p: fmpq_mpoly) -> str:
        return polynomial_text({tuple(map(int, e)): fraction(c) for e, c in p.to_dict().items()})

    return polynomial_quantity(text(stated.polynomial), map(text, stated.inequalities), map(text, stated.equalities))
