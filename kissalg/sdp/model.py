"""The exact semidefinite model: variables, polynomial identities, a linear objective.

A model asks to minimise  constant + Σ <C_v, X_v>  over positive semidefinite matrices, nonnegative vectors and free
vectors X_v, subject to identities

    Σ_terms term(X_v) = right-hand side

in a finite-dimensional space over Q: of polynomials, or of columns of numbers (generic programs).

It knows no solver and no theorem. Everything is exact: a solver *samples* it (each term at rational points, as a form
of low rank), a certificate expands it in coefficients, and the residual of any exact assignment is an exact polynomial.

Main definitions: `PsdVariable`, `NonnegativeVariable`, `FreeVariable`, `Term`, `Identity`, `Objective`, `Model`; the
samples of terms are in `samples.py`.

References: Leijenhorst and de Laat, Solving clustered low-rank semidefinite programs arising from polynomial
optimization (2024), section 2 (sampling, low-rank constraints); Löfberg and Parrilo, From coefficients to samples
(2004).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, TypeAlias

from flint import fmpq, fmpq_mat

from kissalg.algebra.spaces import InvariantSpace, Point, Space, UnivariateSpace
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius, symmetric
from kissalg.sdp.samples import SampledForm, SampledLinear, SampledMatrices, ScaledTable, TablePart
from kissalg.sdp.spaces import CoordinateSpace, Element

__all__ = [
    "Assignment",
    "CoordinateSpace",
    "Element",
    "FreeVariable",
    "Identity",
    "InvariantSpace",
    "Model",
    "NonnegativeVariable",
    "Objective",
    "Parameter",
    "Point",
    "PsdVariable",
    "SampledForm",
    "SampledLinear",
    "SampledMatrices",
    "ScaledTable",
    "Sense",
    "Space",
    "TablePart",
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


@dataclass(frozen=True)
class FreeVariable:
    """A vector of numbers of any sign; its exact values are lists of `fmpq`."""

    name: str
    length: int

    def __post_init__(self) -> None:
        _require_positive(self.name, self.length)

    @property
    def order(self) -> int:
        """0: there is no cone, and no barrier."""
        return 0

    def __str__(self) -> str:
        return f"{self.name}: {self.length} free scalars"


Variable: TypeAlias = PsdVariable | NonnegativeVariable | FreeVariable
Value: TypeAlias = fmpq_mat | Sequence[fmpq]
Assignment: TypeAlias = Mapping[str, Value]
Parameter: TypeAlias = "int | fmpq | str | tuple[Parameter, ...]"
Sense: TypeAlias = Literal["upper", "lower"]


class Term(ABC):
    """The contribution of one variable to one identity: a linear map from values of the variable to polynomials.

    `polynomial` and `sample` describe the same map and must agree: sampling the polynomial gives the sampled values.
    """

    variable: Variable
    """The variable on which the term depends."""

    @abstractmethod
    def polynomial(self, value: Value) -> Element:
        """The exact polynomial that a value of the variable contributes to the identity."""

    def entries(self, space: Space[Any]) -> Iterator[tuple[int, int, int, fmpq]]:
        """The term written out in coefficients.

        (k, i, j, c) says that X_ij occurs with the factor c in coefficient k of the space.

        For a matrix i >= j, and c is the coefficient of the pair X_ij = X_ji; for a vector j = 0. Every place occurs at
        most once for each k. By default from the polynomials at the unit values of the variable.
        """
        variable = self.variable
        if isinstance(variable, PsdVariable):
            places = [(i, j) for i in range(variable.size) for j in range(i + 1)]
        else:
            places = [(i, 0) for i in range(variable.length)]
        for i, j in places:
            value: Value
            if isinstance(variable, PsdVariable):
                value = fmpq_mat(variable.size, variable.size)
                value[i, j] = value[j, i] = 1
            else:
                value = [fmpq(int(i == k)) for k in range(variable.length)]
            for k, c in enumerate(space.coefficients(self.polynomial(value))):
                if c != 0:
                    yield k, i, j, c

    @abstractmethod
    def sample(self, points: Sequence[Point]) -> SampledForm | SampledMatrices | SampledLinear:
        """The term at points.

        A `SampledForm` or `SampledMatrices` for a PSD variable, a `SampledLinear` for a vector.
        """


@dataclass(frozen=True, repr=False)
class Identity:
    """The equation Σ terms = right_hand_side in a space of polynomials, or of columns."""

    name: str
    space: Space[Any]
    terms: tuple[Term, ...]
    right_hand_side: Element

    def __post_init__(self) -> None:
        self.space.coefficients(self.right_hand_side)  # an error if it lies outside the space

    def coefficients(self, element: Element) -> list[fmpq]:
        """The coefficients of an element in the basis of the space, in its order."""
        return self.space.coefficients(element)

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, {self.space.dimension} equations, {len(self.terms)} terms)"


@dataclass(frozen=True, repr=False)
class Objective:
    """constant + Σ <coefficients[name], X_name>, to be minimised.

    A variable that is not named has the coefficient zero.
    """

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
        sense: what the objective bounds: "upper" if the value of a feasible point is an upper bound of the quantity of
            the theorem, "lower" if minus that value is a lower bound of it.
        theorem: the name of the theorem that a feasible point proves an instance of.
        parameters: all parameters of the theorem by name, so that two problems with equal ones are the same problem:
            integers, rational numbers, texts (for what has a notation of its own, such as algebraic numbers and
            polynomials), and tuples of these.
        variables, identities, objective: the problem.

    Raises:
        ExactnessError: if names repeat, a term uses an unknown variable, a coefficient has a wrong shape, or a
            parameter is none of the above.
    """

    sense: ClassVar[Sense] = "upper"

    theorem: str
    parameters: Mapping[
        str, Any
    ]  # Any: every theorem knows the types of its own parameters, and all of them are `Parameter`s
    variables: tuple[Variable, ...]
    identities: tuple[Identity, ...]
    objective: Objective

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
        for name, value in self.parameters.items():
            _require_parameter(name, value)
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
    def parameter_texts(self) -> dict[str, str]:
        """The parameters as texts: different ones have different texts.

        >>> Model("toy", {"n": 3, "radii": (fmpq(1), fmpq(1, 2))}, (), (), Objective(fmpq(0), {})).parameter_texts
        {'n': '3', 'radii': '(1, 1/2)'}
        """
        return {name: _parameter_text(value) for name, value in self.parameters.items()}

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
        """`value` itself, once it is known to have the shape of the variable.

        A symmetric matrix, or a vector of the right length.

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
        """Left-hand side minus right-hand side of an identity at an assignment.

        An exact polynomial, zero iff the identity holds.

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
        """Rational points among which a solver chooses the sample points of an identity.

        They lie in the domain of the identity, where its multipliers are nonnegative.

        By default those of its space; a theorem that knows the domain, or better points, overrides this.
        """
        return identity.space.candidates

    def mass_density(self, identity: Identity, points: Sequence[Point]) -> tuple[list[fmpq], fmpq] | None:
        """Where the dual solutions of an identity have their mass, if the theorem knows it.

        (b, e) for the density b_i^e at the points, b_i > 0.

        A solver may choose sample points accordingly; nothing else depends on it.
        """
        return None

    @property
    def bounds_something(self) -> bool:
        """Whether the objective is the bound that a solution proves; not so where only a feasible point is wanted."""
        return True

    @property
    def core(self) -> Model:
        """What a rounding in the interior has to solve: the model itself.

        A theorem whose last rows only say how large the objective is (each of them with a slack) leaves them out, and
        computes the objective from the rest.
        """
        return self

    @property
    def magnitudes(self) -> Mapping[str, fmpq] | None:
        """Orders of magnitude of a dual solution, if the theorem knows them.

        For every identity of its multipliers (their sum), for every variable of its dual slack. They are where a solver
        starts from; nothing else depends on them.
        """
        return None

    @property
    def trivial_value(self) -> fmpq | None:
        """An objective that is reached without solving anything, if the theorem knows one.

        A worse solution is useless.
        """
        return None

    def _value(self, name: str, assignment: Assignment) -> Value:
        if name not in assignment:
            raise ExactnessError(f"the assignment has no value for the variable {name!r}")
        return self.check_value(name, assignment[name])

    def __repr__(self) -> str:
        parameters = ", ".join(f"{name} = {text}" for name, text in self.parameter_texts.items())
        lines = [f"{self.theorem} ({parameters}): {self.equations} equations, {len(self.variables)} variables"]
        lines += [f"  {identity.name}: {identity.space.dimension} equations" for identity in self.identities]
        lines += [f"  {variable}" for variable in self.variables]
        return "\n".join(lines)


def _require_parameter(name: str, value: object) -> None:
    if isinstance(value, tuple):
        for item in value:
            _require_parameter(name, item)
    elif isinstance(value, bool) or not isinstance(value, int | fmpq | str):
        raise ExactnessError(
            f"parameter {name!r}: expected an integer, a rational number, a text or a tuple of these, found {value!r}"
        )


def _parameter_text(value: Parameter) -> str:
    return f"({', '.join(map(_parameter_text, value))})" if isinstance(value, tuple) else str(value)


def _require_positive(name: str, order: object) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ExactnessError(
            f"variable {name!r}: expected an order >= 1, found {order!r}; leave empty variables out of the model"
        )
