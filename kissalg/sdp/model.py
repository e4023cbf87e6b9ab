"""The exact semidefinite model: variables, polynomial identities, a linear objective.

A model asks to minimise  constant + Σ <C_v, X_v>  over positive semidefinite matrices and nonnegative vectors X_v, subject to identities

    Σ_terms term(X_v) = right-hand side      in a finite-dimensional space of polynomials over Q.

It knows no solver and no theorem. Everything is exact: a solver *samples* it (each term at rational points, as a form of low rank), a certificate
expands it in coefficients, and the residual of any exact assignment is an exact polynomial.

Main definitions: `PsdVariable`, `NonnegativeVariable`, `Term`, `SampledForm`, `SampledLinear`, `Identity`, `Objective`, `Model`.

References: Leijenhorst and de Laat, Solving clustered low-rank semidefinite programs arising from polynomial optimization (2024), section 2 (sampling,
low-rank constraints); Löfberg and Parrilo, From coefficients to samples (2004).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self, TypeAlias, overload

from flint import fmpq, fmpq_mat

from kissalg.algebra.spaces import Element, InvariantSpace, Point, UnivariateSpace
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import bilinear, frobenius, symmetric
from kissalg.sdp.sampling import line_candidates

__all__ = [
    "Assignment",
    "Element",
    "Identity",
    "InvariantSpace",
    "Model",
    "NonnegativeVariable",
    "Objective",
    "Point",
    "PsdVariable",
    "SampledForm",
    "SampledLinear",
    "ScaledTable",
    "Term",
    "UnivariateSpace",
    "Value",
    "Variable",
]


@dataclass(frozen=True)
class PsdVariable:
    """A positive semidefinite matrix of the given size; its exact values are symmetric `fmpq_mat`."""

    name: str
    size: int

    def __post_init__(self) -> None:
        _require_positive(self.name, self.size)

    @property
    def order(self) -> int:
        """The size: the order of the barrier -log det."""
        return self.size

    def __str__(self) -> str:
        return f"{self.name}: PSD {self.size} x {self.size}"


@dataclass(frozen=True)
class NonnegativeVariable:
    """A vector of nonnegative numbers; its exact values are lists of `fmpq`."""

    name: str
    length: int

    def __post_init__(self) -> None:
        _require_positive(self.name, self.length)

    @property
    def order(self) -> int:
        """The length: the order of the barrier -Σ log."""
        return self.length

    def __str__(self) -> str:
        return f"{self.name}: {self.length} scalars >= 0"


Variable: TypeAlias = PsdVariable | NonnegativeVariable
Value: TypeAlias = fmpq_mat | Sequence[fmpq]
Assignment: TypeAlias = Mapping[str, Value]
Table: TypeAlias = list[list[fmpq]]


@dataclass(frozen=True, repr=False)
class TablePart:
    """Columns of a `ScaledTable`: row i is factors[i] times the first `width` entries of base[i] (no factors: times one)."""

    base: Sequence[Sequence[fmpq]]
    width: int
    factors: Sequence[fmpq] | None = None

    def row(self, i: int) -> list[fmpq]:
        """The entries of row i."""
        entries = self.base[i][: self.width]
        return list(entries) if self.factors is None else [self.factors[i] * entry for entry in entries]


@dataclass(frozen=True, repr=False)
class ScaledTable(Sequence[list[fmpq]]):
    """A table of vectors, one row for each point, whose columns are scaled prefixes of tables that many terms share.

    It reads like a list of rows. Who converts many such tables converts each shared base once.

    >>> base = ((fmpq(1), fmpq(2)), (fmpq(1), fmpq(3)))
    >>> list(ScaledTable((TablePart(base, 2), TablePart(base, 1, (fmpq(5), fmpq(7))))))
    [[1, 2, 5], [1, 3, 7]]
    """

    parts: tuple[TablePart, ...]

    def __len__(self) -> int:
        return len(self.parts[0].base)

    @overload
    def __getitem__(self, index: int) -> list[fmpq]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[fmpq]]: ...
    def __getitem__(self, index: int | slice) -> list[fmpq] | list[list[fmpq]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return [entry for part in self.parts for entry in part.row(index)]


@dataclass(frozen=True, repr=False)
class SampledForm:
    """A term in a PSD variable at N points, as quadratic forms of rank at most r.

    At point i the term equals  Σ_ab weights[i][a][b] · vectors[a][i]ᵀ X vectors[b][i].

    Attributes:
        vectors: r tables; row i of each is a vector of the size of X.
        weights: N symmetric r x r matrices. They are diagonal, and nonnegative on the domain, for sums of squares times multipliers.
    """

    vectors: tuple[Sequence[list[fmpq]], ...]
    weights: list[Table]

    @property
    def rank(self) -> int:
        """r, the number of vectors at a point."""
        return len(self.vectors)

    def values(self, matrix: fmpq_mat) -> list[fmpq]:
        """The exact value of the term at each point."""
        result = []
        for i, weight in enumerate(self.weights):
            total = fmpq(0)
            for a, left in enumerate(self.vectors):
                for b, right in enumerate(self.vectors):
                    if weight[a][b] != 0:
                        total += weight[a][b] * bilinear(left[i], matrix, right[i])
            result.append(total)
        return result

    def __repr__(self) -> str:
        size = len(self.vectors[0][0]) if self.vectors and self.vectors[0] else 0
        return f"SampledForm(points={len(self.weights)}, size={size}, rank={self.rank})"


@dataclass(frozen=True, repr=False)
class SampledLinear:
    """A term in a nonnegative vector at N points: at point i it equals Σ_k rows[i][k] · value[k]."""

    rows: Table

    def values(self, vector: Sequence[fmpq]) -> list[fmpq]:
        """The exact value of the term at each point."""
        return [sum((a * b for a, b in zip(row, vector, strict=True)), fmpq(0)) for row in self.rows]

    def __repr__(self) -> str:
        return f"SampledLinear(points={len(self.rows)}, length={len(self.rows[0]) if self.rows else 0})"


class Term(ABC):
    """The contribution of one variable to one identity: a linear map from values of the variable to polynomials.

    `polynomial` and `sample` describe the same map and must agree: sampling the polynomial gives the sampled values.
    """

    variable: Variable
    """The variable on which the term depends."""

    @abstractmethod
    def polynomial(self, value: Value) -> Element:
        """The exact polynomial that a value of the variable contributes to the identity."""

    @abstractmethod
    def sample(self, points: Sequence[Point]) -> SampledForm | SampledLinear:
        """The term at points: a `SampledForm` for a PSD variable, a `SampledLinear` for a nonnegative one."""


@dataclass(frozen=True, repr=False)
class Identity:
    """The equation Σ terms = right_hand_side in a space of polynomials."""

    name: str
    space: UnivariateSpace | InvariantSpace
    terms: tuple[Term, ...]
    right_hand_side: Element

    def __post_init__(self) -> None:
        _coefficients(self.space, self.right_hand_side)  # an error if it lies outside the space

    def coefficients(self, element: Element) -> list[fmpq]:
        """The coefficients of an element in the basis of the space, in the order of `space.exponents`."""
        return _coefficients(self.space, element)

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, {self.space.dimension} equations, {len(self.terms)} terms)"


@dataclass(frozen=True, repr=False)
class Objective:
    """constant + Σ <coefficients[name], X_name>, to be minimised; a variable that is not named has the coefficient zero."""

    constant: fmpq
    coefficients: Mapping[str, Value]

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", MappingProxyType(dict(self.coefficients)))

    def __repr__(self) -> str:
        return f"Objective({self.constant} + {' + '.join(f'<C, {name}>' for name in self.coefficients)})"


@dataclass(frozen=True, repr=False)
class Model:
    """An exact semidefinite model, validated on construction.

    Attributes:
        theorem: the name of the theorem that a feasible point proves an instance of.
        parameters: the parameters of the theorem, integers and rationals.
        variables, identities, objective: the problem.

    Raises:
        ExactnessError: if names repeat, a term uses an unknown variable, or a coefficient has a wrong shape.
    """

    theorem: str
    parameters: Mapping[str, int | fmpq]
    variables: tuple[Variable, ...]
    identities: tuple[Identity, ...]
    objective: Objective

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
        for what, names in (
            ("variable", [v.name for v in self.variables]),
            ("identity", [i.name for i in self.identities]),
        ):
            repeated = [name for name, count in Counter(names).items() if count > 1]
            if repeated:
                raise ExactnessError(f"expected distinct names, found the {what} {repeated[0]!r} more than once")
        known = set(self.variables)
        for identity in self.identities:
            for term in identity.terms:
                if term.variable not in known:
                    raise ExactnessError(
                        f"identity {identity.name!r} uses {term.variable}, which is not a variable of the model"
                    )
        for name, coefficient in self.objective.coefficients.items():
            self.check_value(name, coefficient)

    @property
    def equations(self) -> int:
        """The number of scalar equations: the sum of the dimensions of the identities' spaces."""
        return sum(identity.space.dimension for identity in self.identities)

    def variable(self, name: str) -> Variable:
        """The variable with this name."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise ExactnessError(
            f"there is no variable {name!r}; the variables are {', '.join(v.name for v in self.variables)}"
        )

    def identity(self, name: str) -> Identity:
        """The identity with this name."""
        for identity in self.identities:
            if identity.name == name:
                return identity
        raise ExactnessError(
            f"there is no identity {name!r}; the identities are {', '.join(i.name for i in self.identities)}"
        )

    def check_value(self, name: str, value: Value) -> Value:
        """`value` itself, once it is known to have the shape of the variable: a symmetric matrix, or a vector of the right length.

        Signs and positive semidefiniteness are not checked here.
        """
        variable = self.variable(name)
        if isinstance(variable, PsdVariable):
            if not isinstance(value, fmpq_mat):
                raise ExactnessError(f"{name}: expected a flint.fmpq_mat, found {type(value).__name__}")
            return symmetric(value, variable.size, name)
        if isinstance(value, fmpq_mat) or len(value) != variable.length:
            found = "a matrix" if isinstance(value, fmpq_mat) else f"length {len(value)}"
            raise ExactnessError(f"{name}: expected a list of {variable.length} rational numbers, found {found}")
        return value

    def restricted(self, names: Collection[str]) -> Self:
        """The model in which all variables but the named ones are zero: a face of the original cone.

        Its feasible points are feasible for the original model. Identities without terms are left out; their right-hand
        side must be zero.

        Raises:
            ExactnessError: if a name is unknown, or an identity that lost its terms has a right-hand side.
        """
        for name in names:
            self.variable(name)
        identities = []
        for identity in self.identities:
            terms = tuple(term for term in identity.terms if term.variable.name in names)
            if terms:
                identities.append(replace(identity, terms=terms))
            elif any(identity.coefficients(identity.right_hand_side)):
                raise ExactnessError(f"identity {identity.name!r} cannot hold when all its variables are zero")
        coefficients = {name: value for name, value in self.objective.coefficients.items() if name in names}
        return replace(
            self,
            variables=tuple(variable for variable in self.variables if variable.name in names),
            identities=tuple(identities),
            objective=Objective(self.objective.constant, coefficients),
        )

    def residual(self, identity: Identity | str, assignment: Assignment) -> Element:
        """Left-hand side minus right-hand side of an identity at an assignment: an exact polynomial, zero iff the identity holds.

        Raises:
            ExactnessError: if a variable of the identity has no value, or one of a wrong shape.
        """
        if isinstance(identity, str):
            identity = self.identity(identity)
        total: Any = (
            -identity.right_hand_side
        )  # Any: all terms of one identity live in one ring, which the type checker cannot know
        for term in identity.terms:
            total += term.polynomial(self._value(term.variable.name, assignment))
        element: Element = total
        return element

    def objective_value(self, assignment: Assignment) -> fmpq:
        """The exact value of the objective at an assignment."""
        total = self.objective.constant
        for name, coefficient in self.objective.coefficients.items():
            value = self._value(name, assignment)
            if isinstance(coefficient, fmpq_mat) and isinstance(value, fmpq_mat):
                total += frobenius(coefficient, value)
            elif not isinstance(coefficient, fmpq_mat) and not isinstance(value, fmpq_mat):
                total += sum((a * b for a, b in zip(coefficient, value, strict=True)), fmpq(0))
        return total

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Rational points of the domain of an identity (where its multipliers are nonnegative), among which a solver chooses its sample points.

        By default, Chebyshev nodes of [-1, 1] for univariate identities; a theorem with other domains overrides this.
        """
        if isinstance(identity.space, UnivariateSpace):
            return line_candidates(identity.space.degree)
        raise ExactnessError(
            f"identity {identity.name!r}: the theorem {self.theorem!r} names no candidate points; override Model.candidates"
        )

    @property
    def magnitudes(self) -> Mapping[str, fmpq] | None:
        """Orders of magnitude of a dual solution, if the theorem knows them: for every identity of its multipliers (their sum), for every
        variable of its dual slack. They are where a solver starts from; nothing else depends on them."""
        return None

    @property
    def trivial_value(self) -> fmpq | None:
        """An objective that is reached without solving anything, if the theorem knows one: a worse solution is useless."""
        return None

    def _value(self, name: str, assignment: Assignment) -> Value:
        if name not in assignment:
            raise ExactnessError(f"the assignment has no value for the variable {name!r}")
        return self.check_value(name, assignment[name])

    def __repr__(self) -> str:
        parameters = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        lines = [f"{self.theorem} ({parameters}): {self.equations} equations, {len(self.variables)} variables"]
        lines += [f"  {identity.name}: {identity.space.dimension} equations" for identity in self.identities]
        lines += [f"  {variable}" for variable in self.variables]
        return "\n".join(lines)


def _coefficients(space: UnivariateSpace | InvariantSpace, element: Any) -> list[fmpq]:
    # Any: the pairing of a space with its elements is checked by the space at run time
    return space.coefficients(element)


def _require_positive(name: str, order: object) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ExactnessError(
            f"variable {name!r}: expected an order >= 1, found {order!r}; leave empty variables out of the model"
        )
