"""Solutions as bytes, so that a finished solve is not lost with the process.

JSON with integers as hexadecimal text, no pickle.

The problem itself is not among them: whoever reads a solution has just built the problem that it belongs to.

Main definitions: `encode`, `decode`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flint import fmpq

from kissalg.errors import RunError
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import Model
from kissalg.solvers import BinaryMatrix, NumericSolution, Settings, Status
from kissalg.solvers.float64 import Float64Solution

__all__ = ["decode", "encode"]


def encode(solution: NumericSolution | Float64Solution) -> bytes:
    """The bytes of a solution.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> from kissalg.solvers import solve
    >>> problem = delsarte(3, "1/2", 2)
    >>> solution = solve(problem)
    >>> decode(encode(solution), problem) == solution
    True
    """
    tree: dict[str, Any] = {
        "values": {name: _matrix(value) for name, value in solution.values.items()},
        "status": solution.status.name,
        "iterations": solution.iterations,
        "seconds": solution.seconds.hex(),
        "message": solution.message,
    }
    if isinstance(solution, Float64Solution):
        tree["objective"] = _rational(solution.objective)
    else:
        tree |= {
            "points": {
                name: [list(map(_rational, point)) for point in points] for name, points in solution.points.items()
            },
            "multipliers": _matrix(solution.multipliers),
            "primal": _rational(solution.primal_objective),
            "dual": _rational(solution.dual_objective),
            "gap": solution.gap.hex(),
            "strictly_feasible": solution.strictly_feasible,
            "bits": solution.bits,
            "settings": asdict(solution.settings),
        }
    return json.dumps(tree, separators=(",", ":")).encode()


def decode(data: bytes, problem: Model | InequalityModel) -> NumericSolution | Float64Solution:
    """The solution of `problem` with these bytes.

    Raises:
        RunError: the bytes are not those of a solution of such a problem.
    """
    try:
        tree = json.loads(data)
        values = {name: _binary(value) for name, value in tree["values"].items()}
        status, iterations = Status[tree["status"]], int(tree["iterations"])
        seconds, message = float.fromhex(tree["seconds"]), str(tree["message"])
        if isinstance(problem, InequalityModel):
            return Float64Solution(problem, status, values, _fraction(tree["objective"]), iterations, seconds, message)
        return NumericSolution(
            problem=problem,
            status=status,
            values=values,
            points={
                name: [tuple(map(_fraction, point)) for point in points] for name, points in tree["points"].items()
            },
            multipliers=_binary(tree["multipliers"]),
            primal_objective=_fraction(tree["primal"]),
            dual_objective=_fraction(tree["dual"]),
            gap=float.fromhex(tree["gap"]),
            strictly_feasible=bool(tree["strictly_feasible"]),
            iterations=iterations,
            bits=int(tree["bits"]),
            seconds=seconds,
            settings=Settings(**tree["settings"]),
            message=message,
        )
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise RunError(
            f"the result of a solve cannot be read ({error}); delete the run folder, and start again"
        ) from error


def _matrix(value: BinaryMatrix) -> list[Any]:
    return [value.exponent, [[f"{entry:x}" for entry in row] for row in value.entries]]


def _binary(tree: Any) -> BinaryMatrix:
    exponent, rows = tree
    return BinaryMatrix(tuple(tuple(int(entry, 16) for entry in row) for row in rows), int(exponent))


def _rational(value: fmpq | int) -> list[str]:
    number = fmpq(value)
    return [f"{int(number.p):x}", f"{int(number.q):x}"]


def _fraction(tree: Any) -> fmpq:
    numerator, denominator = tree
    return fmpq(int(numerator, 16), int(denominator, 16))
