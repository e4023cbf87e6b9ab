"""Values that others published as the solution of a model of kissalg: judged as they are, or made a certificate.

Main definitions: `judge_values` (exact verdict on exact values), `certificate_from_values` (shift, absorb, verify:
section 6 of Machado and Oliveira, 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flint import fmpq, fmpq_mat, fmpz

from kissalg.certificate import Certificate, certify
from kissalg.errors import PublishedError, RoundingError
from kissalg.exact.rational import decimal_up
from kissalg.published.positivity import is_positive
from kissalg.rounding import RoundingSettings
from kissalg.sdp.model import Model, NonnegativeVariable, Value
from kissalg.solvers import NumericSolution, Settings, Status
from kissalg.solvers.solution import BinaryMatrix

__all__ = ["certificate_from_values", "judge_values"]


def judge_values(model: Model, values: Mapping[str, Value]) -> str:
    """Why exact values are not a feasible point of a model: the empty string if they are one.

    Every matrix has to be positive semidefinite, every vector nonnegative, and every coefficient of every identity
    zero.

    Args:
        model: the exact model.
        values: exact values by the names of its variables.

    Raises:
        PublishedError: a matrix is too large to be decided.

    >>> from kissalg.families.three_point.model import kissing
    >>> judge_values(kissing(3, 1), {})
    'the variable a is missing'
    """
    for variable in model.variables:
        value = values.get(variable.name)
        if value is None:
            return f"the variable {variable.name} is missing"
        model.check_value(variable.name, value)
        if isinstance(value, fmpq_mat):
            if not is_positive(value, variable.name):
                return f"{variable.name} is not positive semidefinite"
        elif any(entry < 0 for entry in value):
            return f"{variable.name} has a negative entry"
    for identity in model.identities:
        residual = [c for c in identity.coefficients(model.residual(identity, values)) if c != 0]
        if residual:
            largest = decimal_up(max(abs(c) for c in residual), 20)
            return f"identity {identity.name} fails in {len(residual)} coefficients, by at most {largest}"
    return ""


def certificate_from_values(
    model: Model, values: Mapping[str, Value], *, bits: int = 256, settings: RoundingSettings | None = None
) -> Certificate:
    """A certificate near given values: they are shifted into the interior, and the residuals absorbed exactly.

    Args:
        model: the exact model that the values solve approximately.
        values: rational values of all the variables; they need not satisfy anything exactly.
        bits: to how many bits after the point they are read; the interior has to be deeper than that.
        settings: of the rounding.

    Returns:
        The certificate.

    Raises:
        RoundingError: the least eigenvalue of a designated matrix is not positive, or smaller than the residuals.
        PublishedError: a variable has no value.
    """
    numeric: dict[str, BinaryMatrix] = {}
    for variable in model.variables:
        value = values.get(variable.name)
        if value is None:
            raise PublishedError(f"there is no value for the variable {variable.name}")
        model.check_value(variable.name, value)
        if isinstance(variable, NonnegativeVariable):
            assert not isinstance(value, fmpq_mat)
            numeric[variable.name] = BinaryMatrix(tuple((_scaled(x, bits),) for x in value), -bits)
        else:
            assert isinstance(value, fmpq_mat)
            numeric[variable.name] = BinaryMatrix(
                tuple(tuple(_scaled(x, bits) for x in row) for row in value.tolist()), -bits
            )
    objective = model.objective_value(values)
    solution = NumericSolution(
        problem=model,
        status=Status.OPTIMAL,
        values=numeric,
        points={identity.name: [] for identity in model.identities},
        multipliers=BinaryMatrix((), 0),
        primal_objective=objective,
        dual_objective=objective,
        gap=0,
        strictly_feasible=True,
        iterations=0,
        bits=bits,
        seconds=0,
        settings=Settings(),
        message="values published by others",
    )
    try:
        return certify(solution, replace(settings) if settings is not None else None)
    except RoundingError as error:
        raise RoundingError(f"the published values are not deep enough in the interior of the cone: {error}") from error


def _scaled(value: fmpq, bits: int) -> int:
    return int((value * (fmpz(1) << bits)).floor())
