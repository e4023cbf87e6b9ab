"""A model as a plain linear system over a number field: one symmetric matrix for each variable and each equation.

Equation k of a model reads  Σ_v <A_kv, X_v> = b_k, where k runs through the coefficients of the identities, in order.
The rounding to a face works with these matrices: it needs every equation in every entry, and not only the polynomials.

Main definitions: `LinearSystem`, `linear_system` (from a model), `AlgebraicModel` (a model whose true parameters are
algebraic numbers), `affine_system` (its system, where the data depend affinely on numbers of a field).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, NumberField
from kissalg.sdp.model import Identity, Model, PsdVariable, Term, Variable

__all__ = ["AlgebraicModel", "LinearSystem", "affine_system", "linear_system"]


@dataclass(frozen=True, repr=False)
class LinearSystem:
    """minimise constant + Σ <cost[v], X_v>  subject to  Σ_v <forms[v][k], X_v> = right[k].

    Attributes:
        field: the number field of the data.
        variables: PSD matrices and vectors; the matrices of a vector of length l are 1 x l.
        forms: for each variable one symmetric matrix (or row) for each equation.
        right: the right-hand side, a column.
        constant, cost: the objective.
    """

    field: NumberField
    variables: tuple[Variable, ...]
    forms: Mapping[str, tuple[FieldMatrix, ...]]
    right: FieldMatrix
    constant: FieldElement
    cost: Mapping[str, FieldMatrix]

    @property
    def equations(self) -> int:
        """The number of equations."""
        return self.right.shape[0]

    def over(self, field: NumberField) -> LinearSystem:
        """The same rational system, read in a larger field.

        Raises:
            ExactnessError: if the system is not rational and not over `field` already.
        """
        if field == self.field:
            return self
        if self.field.degree > 1:
            raise ExactnessError(f"expected a system over Q or over {field}, found one over {self.field}")

        def lift(matrix: FieldMatrix) -> FieldMatrix:
            return FieldMatrix.rational(field, matrix.parts[0])

        return LinearSystem(
            field,
            self.variables,
            {name: tuple(map(lift, forms)) for name, forms in self.forms.items()},
            lift(self.right),
            field(self.constant.coefficients[0]),
            {name: lift(matrix) for name, matrix in self.cost.items()},
        )

    def __repr__(self) -> str:
        return f"LinearSystem({self.equations} equations, {len(self.variables)} variables, over {self.field})"


@dataclass(frozen=True, repr=False)
class AlgebraicModel(Model, ABC):
    """A model whose parameters lie in a number field.

    The model itself has rational approximations in their place, for the solver only.

    What is exact is `exact_system`; nothing that is rounded with another system is a solution.
    """

    @abstractmethod
    def exact_system(self) -> LinearSystem:
        """The equations over the number field."""


def linear_system(model: Model) -> LinearSystem:
    """The equations of a model, coefficient by coefficient; over a number field for an `AlgebraicModel`.

    >>> from kissalg.families.three_point.model import three_point
    >>> linear_system(three_point(4, "1/6", degree=1))
    LinearSystem(7 equations, 9 variables, over Q)
    """
    return model.exact_system() if isinstance(model, AlgebraicModel) else _rational_system(model)


def _rational_system(model: Model) -> LinearSystem:
    shapes = {v.name: (v.size, v.size) if isinstance(v, PsdVariable) else (1, v.length) for v in model.variables}
    tables: dict[str, list[fmpq_mat]] = {name: [] for name in shapes}
    right: list[fmpq] = []
    for identity in model.identities:
        right += identity.coefficients(identity.right_hand_side)
        found = {name: [fmpq_mat(*shape) for _ in range(identity.space.dimension)] for name, shape in shapes.items()}
        for term in identity.terms:
            _add_term(found[term.variable.name], identity, term)
        for name, matrices in found.items():
            tables[name] += matrices
    cost = {}
    for name, shape in shapes.items():
        value = model.objective.coefficients.get(name)
        matrix = (
            fmpq_mat(*shape)
            if value is None
            else value
            if isinstance(value, fmpq_mat)
            else fmpq_mat(*shape, list(value))
        )
        cost[name] = FieldMatrix(RATIONALS, (matrix,))
    return LinearSystem(
        RATIONALS,
        model.variables,
        {name: tuple(FieldMatrix(RATIONALS, (m,)) for m in table) for name, table in tables.items()},
        FieldMatrix(RATIONALS, (fmpq_mat(len(right), 1, right),)),
        RATIONALS(model.objective.constant),
        cost,
    )


def _add_term(found: list[fmpq_mat], identity: Identity, term: Term) -> None:
    """Add the matrices (or rows) of one term."""
    matrix = isinstance(term.variable, PsdVariable)
    for k, i, j, value in term.entries(identity.space):
        if not matrix:
            found[k][0, i] += value
        elif i == j:
            found[k][i, i] += value
        else:
            found[k][i, j] += value / 2
            found[k][j, i] += value / 2


def affine_system(family: Callable[[Sequence[fmpq]], Model], at: Sequence[FieldElement]) -> LinearSystem:
    """The system of `family(p)` at elements p of a number field.

    The data of the family are affine in the parameters p.

    The coefficient of α^k of the data is their linear part at the coefficients of α^k of p, and their constant part
    belongs to k = 0.

    Args:
        family: from rational parameters to a model; variables and equations do not depend on the parameters. It is
            called near zero, too.
        at: the parameters wanted, elements of one field.

    Raises:
        ExactnessError: if the data are not affine.
    """
    field = at[0].field
    origin, *sides = (_rational_system(family([fmpq(c, 3)] * len(at))) for c in (0, 1, -1))
    parts = [_rational_system(family([p.coefficients[k] for p in at])) for k in range(field.degree)]

    def combine(zero: FieldMatrix, above: FieldMatrix, below: FieldMatrix, *values: FieldMatrix) -> FieldMatrix:
        if above.parts[0] + below.parts[0] != 2 * zero.parts[0]:
            raise ExactnessError("expected data that depend affinely on the parameters")
        first, *higher = (value.parts[0] for value in values)
        return FieldMatrix(field, (first, *(value - zero.parts[0] for value in higher)))

    systems = [origin, *sides, *parts]
    forms = {
        name: tuple(combine(*matrices) for matrices in zip(*(s.forms[name] for s in systems), strict=True))
        for name in origin.forms
    }
    cost = {name: combine(*(s.cost[name] for s in systems)) for name in origin.cost}
    constant = combine(*(FieldMatrix.of(RATIONALS, [[s.constant]]) for s in systems))
    right = combine(*(s.right for s in systems))
    return LinearSystem(field, origin.variables, forms, right, constant[0, 0], cost)
