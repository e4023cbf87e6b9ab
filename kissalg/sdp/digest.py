"""What tells two problems apart: a digest of everything that a solver depends on.

The parameters of a model are what a reader wants to know of it, and need not be all of it: two graphs with as many
vertices, two sets of radii. A digest is taken of the data themselves, so that no theorem can forget one of its
parameters.

Main definitions: `problem_digest`, `problem_name`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from flint import fmpq_mat

from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import CoordinateSpace, Identity, Model, Point, SampledForm, SampledMatrices

__all__ = ["problem_digest", "problem_name"]


def problem_digest(problem: Model | InequalityModel) -> str:
    """A SHA-256 of the data of a problem: the same in every process, and different for problems with different data.

    Of a `Model` the variables, the objective, the right-hand sides, and the terms at some points of the domain of each
    identity (at all of them where the identity is one of columns); of an `InequalityModel` the variables, the rows and
    the objective.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> problem_digest(delsarte(8, "1/2", 3)) == problem_digest(delsarte(8, "1/2", 3))
    True
    >>> problem_digest(delsarte(8, "1/2", 3)) == problem_digest(delsarte(8, "1/3", 3))
    False
    """
    found = sha256()
    for part in _of_model(problem) if isinstance(problem, Model) else _of_rows(problem):
        found.update(part.encode())
        found.update(b"\n")
    return found.hexdigest()


def problem_name(problem: Model | InequalityModel) -> str:
    """The theorem with its parameters, for a reader; long ones are cut in the middle.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> problem_name(delsarte(8, "1/2", 3))
    'delsarte (n = 8, cos = 1/2, degree = 3)'
    """
    if not isinstance(problem, Model):
        return repr(problem)
    return (
        f"{problem.theorem} ({', '.join(f'{name} = {_short(text)}' for name, text in problem.parameter_texts.items())})"
    )


def _short(text: str) -> str:
    return text if len(text) <= 48 else f"{text[:30]}…{text[-12:]}"


def _of_model(model: Model) -> Iterator[str]:
    yield model.theorem
    yield from (f"{name} = {value}" for name, value in model.parameter_texts.items())
    yield from map(str, model.variables)
    yield str(model.objective.constant)
    for name, value in sorted(model.objective.coefficients.items()):
        yield f"{name}: {value.entries() if isinstance(value, fmpq_mat) else list(value)}"
    for identity in model.identities:
        yield f"{identity.name}: {identity.space.dimension}"
        yield str(identity.coefficients(identity.right_hand_side))
        points = _points(model, identity)
        yield str(points)
        for term in identity.terms:
            sample = term.sample(points)
            yield term.variable.name
            if isinstance(sample, SampledForm):
                yield str([list(table) for table in sample.vectors])
                yield str(sample.weights)
            else:
                yield str(sample.matrices if isinstance(sample, SampledMatrices) else sample.rows)


def _points(model: Model, identity: Identity) -> list[Point]:
    """A few points of the domain, none of them at an end or in the middle, where much may vanish.

    All of them for columns.
    """
    candidates = model.candidates(identity)
    if isinstance(identity.space, CoordinateSpace):
        return list(candidates)
    return [candidates[k] for k in sorted({len(candidates) // 5, len(candidates) * 2 // 3})]


def _of_rows(problem: InequalityModel) -> Iterator[str]:
    yield type(problem).__name__
    yield from map(str, problem.variables)
    yield str(sorted((entry, str(value)) for entry, value in problem.objective.items()))
    for row in problem.rows:
        yield f"{row.entries}{'=' if row.equality else '>='}{row.bound}{row.coefficients}"
