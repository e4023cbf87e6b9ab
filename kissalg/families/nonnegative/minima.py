"""Polynomials that are nonnegative, and minima of polynomials: exact certificates by sums of squares.

Main definitions: `certify_nonnegative`, `minimize`, `prove_outside` (an exact proof that a polynomial has no such sum
of squares).

References: see `kissalg.families.nonnegative.model`; Peyrl and Parrilo, Computing sum of squares decompositions with
rational coefficients (2008), for the rounding in the interior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpz

from kissalg.algebra.groups import FiniteGroup
from kissalg.algebra.polynomials import PolynomialLike
from kissalg.certificate import Certificate
from kissalg.errors import InfeasibleError, ParameterError, RoundingError, SolverError
from kissalg.exact.number_field import NumberField
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import decimal_up, fraction, rational
from kissalg.families.nonnegative.facial_reduction import without_zeros
from kissalg.families.nonnegative.model import NonnegativeProblem, Statement, statement
from kissalg.pipeline.run import Run
from kissalg.rounding import FaceSettings, FaceSolution, sharp_settings
from kissalg.sdp.model import SampledForm
from kissalg.solvers import NumericSolution
from kissalg.solvers.solution import BinaryMatrix
from kissalg.solvers.status import Status

__all__ = ["certify_nonnegative", "minimize", "prove_outside"]

_FIRST_DIGITS = 12
_BOUNDARY = fmpq(1, 10**7)  # a margin below this is looked at again, with more digits
_SIMPLE = 10**4  # denominators of minima that are guessed,
_GUESS = fmpq(1, 10**10)  # if the numerical bound is as close
_DIGITS, _MANY = "solve to many digits", "solve to 60 digits"  # the stage, and its title
_TRIES = 4  # starting values of the scalar variable, each 2^16 times the one before


def certify_nonnegative(
    p: PolynomialLike,
    on: Sequence[PolynomialLike] = (),
    equal: Sequence[PolynomialLike] = (),
    *,
    group: FiniteGroup | None = None,
    degree: int | None = None,
    products: bool = False,
    multiplier: tuple[int, int] = (0, 0),
    variables: Sequence[str] | None = None,
    field: NumberField | None = None,
    run: Run | None = None,
) -> Certificate:
    """A certificate that a polynomial is nonnegative on the set where all of `on` are >= 0 and all of `equal` are 0.

    Args:
        p: the polynomial with rational coefficients: a string, a sympy expression or a python-flint polynomial.
        on: the inequalities g_i >= 0.
        equal: the equations h_j = 0.
        group: a finite group that fixes p and permutes the conditions (equations up to sign); the sums of squares are
            reduced by it.
        degree: the degree of the identity, even; by default the least possible. Raise it when the answer is no.
        products: use products of the g_i too (Schmüdgen), and not only the g_i (Putinar).
        multiplier: (e, k): prove (e + Σ x_i²)^k p instead of p, e = 0 or 1.
        variables: the names of the variables in order, by default all that occur.
        field: the number field of the certificate where p lies on the boundary of the cone; by default it is found.
        run: the run to which the solves belong; by default one in memory.

    Raises:
        InfeasibleError: there are no such sums of squares; the message says what was proved.
        RoundingError: the numerical solution could not be made exact; the message says which step failed.
        ParameterError: a wrong parameter, or a group that is no symmetry, with a counterexample.

    Example:
        >>> certificate = certify_nonnegative("x^4 - 2*x^2*y + 2*y^2 + 1")
        >>> certificate.claim
        'x^4 - 2*x^2*y + 2*y^2 + 1 >= 0'
    """
    _require_field(field)
    stated = statement(
        p, on, equal, group=group, degree=degree, products=products, multiplier=multiplier, variables=variables
    )
    run = run or Run()
    return run.certify(_exact_plain(stated, fmpq(0), field, run))


def minimize(
    p: PolynomialLike,
    on: Sequence[PolynomialLike] = (),
    equal: Sequence[PolynomialLike] = (),
    *,
    group: FiniteGroup | None = None,
    degree: int | None = None,
    products: bool = False,
    variables: Sequence[str] | None = None,
    field: NumberField | None = None,
    exact: bool = True,
    run: Run | None = None,
) -> Certificate:
    """An exact certificate of the best lower bound of a polynomial that sums of squares of the given degree prove.

    The bound is an exact algebraic number where the optimal face can be recognised; else (and with `exact=False`) a
    rational number just below it. The reason why there is no exact one is in the provenance of the certificate, under
    `not_exact`.

    Args and Raises: see `certify_nonnegative`. `InfeasibleError` if no number is a lower bound that sums of squares
    prove, or every number is, because the set is empty (which is proved then).

    Example:
        >>> minimize("x^4 - 3*x^2 + 1").claim
        'x^4 - 3*x^2 + 1 >= -5/4'
    """
    _require_field(field)
    stated = statement(p, on, equal, group=group, degree=degree, products=products, variables=variables)
    run = run or Run()
    reduced = without_zeros(stated, None)
    solution, start = _bounded(reduced, run)
    reason = "exact=False was asked for"
    if exact:
        try:
            many = run.solve(reduced.bound(start), settings=sharp_settings(), stage=_DIGITS, title=_MANY)
            return run.certify(run.round_to_face(many, field))
        except (RoundingError, ParameterError) as error:  # of the latter kind: more bits than the solver has
            if field is not None:
                raise
            reason = f"{_IN_SHORT.get(str(error).partition(':')[0], 'the optimum could not be rounded')}: {error}"
            run.note(reason)
    value = -solution.primal_objective
    if exact:
        guess = fraction(value).limit_denominator(_SIMPLE)
        if (
            abs(rational(guess) - value) < _GUESS
        ):  # the bound problem may have no interior where the distance to the cone has one
            with suppress(InfeasibleError, RoundingError, SolverError):
                return run.certify(_exact_plain(stated, rational(guess), None, run))
    places = 10**6
    for distance in (1, 10, 100, 1000):
        below = fmpq((value * places).floor() - distance, places)
        try:
            return run.certify(_exact_plain(stated, below, None, run)).with_notes(not_exact=_ascii(reason))
        except (InfeasibleError, RoundingError):
            continue
    raise RoundingError(
        f"no rational number within 0.001 of the numerical bound {decimal_up(value, 9)} could be certified: the sums of"
        " squares have no interior. Give the number field, or raise the degree. An exact bound was not found"
        f" ({reason})"
    )


_IN_SHORT = {
    "rank": "the face of the optimum is not clear from the digits",
    "recognition": (
        "the numbers of the optimal face were not recognised, their field may be larger than those that are looked for"
    ),
    "projection": "the equations have no solution on the face that was recognised",
    "positivity": "the exact solution is not positive semidefinite",
}


def _ascii(text: str) -> str:
    """What the provenance of a certificate may hold, and not too long."""
    return text.replace("²", "^2").encode("ascii", "replace").decode("ascii")[:600]


def _require_field(field: object) -> None:
    if field is not None and not isinstance(field, NumberField):
        raise ParameterError(f"field: expected a NumberField, such as quadratic_field(5), found {field!r}")


def _scale(stated: Statement) -> fmpq:
    """A power of two that is at least the largest coefficient, and 1."""
    largest = max((abs(c) for c in stated.polynomial.coeffs()), default=fmpq(1))
    return fmpq(1 << max(0, int(largest.ceil()).bit_length()))


def _bounded(stated: Statement, run: Run) -> tuple[NumericSolution, fmpq]:
    """A numerical solution of the bound problem, and how low it had to start."""
    start = _scale(stated) * 4
    status = message = ""
    for _ in range(_TRIES):
        title = f"solve for the best bound, from {decimal_up(-start)}"
        solution = run.solve(stated.bound(start), settings=sharp_settings(_FIRST_DIGITS), title=title)
        if solution.status is Status.OPTIMAL:
            return solution, start
        start *= 1 << 16
        status, message = solution.status.value, solution.message
        if solution.status is Status.UNBOUNDED:
            break
    if _is_empty(stated, run):
        raise InfeasibleError(
            f"every number is a lower bound of {stated.polynomial}, because the set is empty: it is proved exactly, by"
            ' sums of squares for -1 >= 0. certify_nonnegative("-1", …) gives the certificate'
        )
    raise InfeasibleError(
        f"no lower bound of {stated.polynomial} was found by sums of squares of degree {stated.degree} (down to"
        f" {decimal_up(-start)}): the run ended as {status}: {message}. The polynomial may be unbounded below on the"
        " set; or raise the degree, or use products=True"
    )


def _is_empty(stated: Statement, run: Run) -> bool:
    """Whether sums of squares of the same degree prove -1 >= 0 on the set."""
    if not stated.inequalities and not stated.equalities:
        return False
    try:
        _exact_plain(replace(stated, polynomial=stated.polynomial * 0 - 1), fmpq(0), None, run)
    except (RoundingError, SolverError):  # no certificate, or none that could be made exact
        return False
    return True


def _exact_plain(stated: Statement, value: fmpq, field: NumberField | None, run: Run) -> FaceSolution:
    """Exact sums of squares for s (p - value), in the interior of the cone or on its boundary."""
    stated = without_zeros(stated, value)
    start = _scale(stated)
    title = f"solve for the distance of {stated.polynomial - value} to the cone"
    solution = run.solve(stated.margin(value, start), settings=sharp_settings(_FIRST_DIGITS), title=title)
    if solution.status is Status.OPTIMAL and abs(solution.primal_objective) < _BOUNDARY:
        solution = run.solve(stated.margin(value, start), settings=sharp_settings(), stage=_DIGITS, title=_MANY)
        if solution.status is Status.OPTIMAL and abs(solution.primal_objective) < fmpq(1, 10**30):
            return run.round_to_face(_as_plain(solution, stated, value, fmpq(0)), field)
    if solution.status is not Status.OPTIMAL:
        status = f"{solution.status.value}: {solution.message}"
        raise SolverError(f"the distance to the cone could not be computed: {status}")
    if solution.primal_objective > 0:
        raise InfeasibleError(_refusal(stated, value, solution))
    inside = _as_plain(solution, stated, value, -solution.primal_objective)
    bits = solution.bits
    return run.round_to_face(inside, settings=FaceSettings(rank_bits=4 * bits, recognition_bits=bits))


def _as_plain(run: NumericSolution, stated: Statement, value: fmpq, surplus: fmpq) -> NumericSolution:
    """The same sums of squares for the plain problem, with `surplus` times the identity added to every matrix."""
    plain = stated.plain(value)
    values: dict[str, BinaryMatrix] = {}
    for variable in plain.variables:
        matrix = run.values[variable.name]
        added = int((surplus * fmpq(2) ** -matrix.exponent).floor())
        rows = tuple(
            tuple(entry + added * (i == j) for j, entry in enumerate(row)) for i, row in enumerate(matrix.entries)
        )
        values[variable.name] = BinaryMatrix(rows, matrix.exponent)
    return replace(run, problem=plain, values=values)


def _refusal(stated: Statement, value: fmpq, run: NumericSolution) -> str:
    shifted = stated.polynomial - value
    for point in stated.space.candidates if stated.space.samples_values else ():
        if shifted(*point) < 0 and all(g(*point) >= 0 for g in stated.inequalities):
            where = ", ".join(f"{x} = {c}" for x, c in zip(stated.ring.names(), point, strict=True))
            return f"{shifted} is not nonnegative on the set: it is {shifted(*point)} at {where}"
    proved = "it is proved exactly" if prove_outside(run) else "by the numerical solution"
    return (
        f"{shifted} has no certificate by sums of squares of degree {stated.degree} with the multiplier {stated.s}"
        f" ({proved}: a linear functional separates it from the cone). It may still be nonnegative: raise the degree,"
        " use products=True or a multiplier"
    )


def prove_outside(run: NumericSolution) -> bool:
    """Whether the dual solution of a margin problem proves, exactly, that the polynomial has no such sums of squares.

    The functional L = -Σ y_i (value at sample point i), y rounded to rationals, is nonnegative on the cone if all its
    moment matrices are positive semidefinite, and it separates s (p - value) from the cone if it is negative there.
    Both are decided over Q: the dual side needs no projection.

    Example:
        >>> from kissalg.families.nonnegative.model import statement
        >>> from kissalg.solvers import solve
        >>> stated = statement("x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2")  # Motzkin's polynomial is no sum of squares
        >>> prove_outside(solve(stated.margin(fmpq(0), fmpq(4)), settings=sharp_settings(12)))
        True
    """
    problem = run.problem
    if not isinstance(problem, NonnegativeProblem) or problem.goal != "margin":
        raise SolverError("expected the solution of a margin problem")
    stated, (identity,) = problem.statement, problem.identities
    y = [fmpq(row[0]) * fmpq(2) ** run.multipliers.exponent for row in run.multipliers.entries]
    largest = max((abs(v) for v in y), default=fmpq(1))
    scale = fmpz(1) << max(0, 160 - int(largest.ceil()).bit_length())
    functional = [fmpq(-(v * scale).floor(), scale) for v in y]
    points = run.points[identity.name]
    shifted = identity.right_hand_side
    assert isinstance(shifted, fmpq_mpoly)
    right_element = shifted + stated.traces * problem.start  # s (p - value)
    total = sum(
        (c * stated.space.evaluate(right_element, point) for c, point in zip(functional, points, strict=True)), fmpq(0)
    )
    if total >= 0:
        return False
    return all(is_positive_semidefinite(_moments(term.sample(points), functional)) for term in stated.terms)


def _moments(sample: SampledForm, functional: Sequence[fmpq]) -> fmpq_mat:
    """Σ_i functional_i Σ_ab weights_ab v_a v_bᵀ."""
    size = len(sample.vectors[0][0])
    total = fmpq_mat(size, size)
    columns: Mapping[tuple[int, int], fmpq_mat] = {
        (a, i): fmpq_mat(size, 1, list(table[i]))
        for a, table in enumerate(sample.vectors)
        for i in range(len(functional))
    }
    for i, factor in enumerate(functional):
        for a in range(sample.rank):
            for b in range(sample.rank):
                weight = sample.weights[i][a][b] * factor
                if weight != 0:
                    total += columns[a, i] * columns[b, i].transpose() * weight
    return total
