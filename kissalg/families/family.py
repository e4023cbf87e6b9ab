"""What a theorem is to everything but the kernel.

One record, from which certificates, the second opinion, tables, plots, names and pages are derived.

Main definitions: `Family`, `Routes`, `Listing`, `Known`, `Shown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from kissalg.exact.rational import decimal_down, decimal_up, rational
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Sense
from kissalg.witness.document import CertificateDocument, CertificateForm
from kissalg.witness.encoding import Parts, places_of

__all__ = ["Candidate", "Failure", "Family", "Known", "Listing", "Picture", "Routes", "Shown"]

Picture: TypeAlias = Literal["polynomial", "weight", "spectra"]
Failure: TypeAlias = tuple[str, str]
"""Why a certificate is not proved, and the path of the field that it concerns."""
Candidate: TypeAlias = tuple[Parts, Mapping[str, str]]
"""What a certificate might hold, and its provenance."""

_SHORT = 10**6  # denominators of lower bounds that are printed as fractions


@dataclass(frozen=True)
class Known:
    """Bounds in the literature; None where there is none.

    Attributes:
        lower, upper: the best bounds known before kissalg.
        source: where they are printed.
    """

    lower: Fraction | None
    upper: Fraction | None
    source: str


@dataclass(frozen=True)
class Listing:
    """A table that lists certificates of several families.

    Attributes:
        name: on the command line.
        title: above the table.
        accepts: whether a certificate belongs into it, by the quantity of its claim.
    """

    name: str
    title: str
    accepts: Callable[[str], bool] = lambda quantity: True


@dataclass(frozen=True)
class Shown:
    """What a certificate bounds, in the notation of papers, and what stands behind the bound."""

    quantity: str
    behind: str = ""


@dataclass(frozen=True)
class Routes:
    """How solutions become certificates; None where a way does not exist for the theorem.

    Attributes:
        interior: from exact values of the variables, matrices as squares with a shift.
        face: from a solution on a face, over a number field.
        candidates: from a solution whose certificate cannot be promised: candidates of growing caution, of which the
            first that the kernel accepts is taken; with the advice if none is.
        closed: from a formula.
    """

    interior: Callable[..., Parts] | None = None
    face: Callable[..., Parts] | None = None
    candidates: Callable[..., Iterator[Candidate]] | None = None
    advice: Callable[[Any], str] = lambda problem: "Solve with more bits"
    closed: Callable[..., Parts] | None = None


@dataclass(frozen=True, kw_only=True)
class Family:
    """A theorem, its problems and its certificates.

    Attributes:
        title: the theorem in a few words.
        sense: whether its bounds are upper or lower ones.
        whole: whether what is bounded is always an integer.
        form: the parameters and the witness of a certificate.
        build: from the user's parameters to a problem, or to what needs no solution.
        problems: the classes of the problems whose solutions are certificates of this theorem.
        formulas: the classes of what needs no solution: a closed formula, or a polynomial that is given.
        routes: how they become certificates.
        claim: what a certificate claims, in the notation of the kernel.
        failures: what is not proved, matrices being taken as positive semidefinite: the second opinion.
        shown: what it bounds, in the notation of papers.
        degree, terms: two numbers that tell the size of a certificate, for the ledger.
        listings: the tables that list it, the first as its own.
        picture: what `kissalg plot` draws of one certificate.
        known: values in the literature, by the quantity of claims.
        public: the names that `kissalg` exports, and the modules of this folder where they are.
        commands: the commands of `kissalg bound` that it answers.
    """

    title: str
    form: CertificateForm
    build: Callable[..., object]
    routes: Routes
    claim: Callable[[CertificateDocument], Claim]
    failures: Callable[[CertificateDocument], Iterator[Failure]]
    shown: Callable[[CertificateDocument], Shown]
    degree: Callable[[CertificateDocument], int]
    terms: Callable[[CertificateDocument], int]
    listings: tuple[Listing, ...]
    problems: tuple[type, ...] = ()
    formulas: tuple[type, ...] = ()
    sense: Sense = "upper"
    whole: bool = False
    picture: Picture = "spectra"
    known: Mapping[str, Known] = field(default_factory=dict)
    public: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()

    @property
    def theorem(self) -> str:
        """Its name: in certificates and claims."""
        return self.form.theorem

    @property
    def relation(self) -> str:
        """Between the quantity and a bound: "<=" or ">="."""
        return "<=" if self.sense == "upper" else ">="

    @property
    def folder(self) -> str:
        """The same name as that of a folder and of a module of the kernel."""
        return self.theorem.replace("-", "_")

    def __repr__(self) -> str:
        return f"Family({self.theorem})"

    def bound_text(self, bound: Fraction) -> str:
        """A bound as a decimal, rounded to the safe side; a short lower bound as a fraction.

        Example:
            >>> from kissalg.families import FAMILIES
            >>> upper, lower = (
            ...     next(f for f in FAMILIES if f.theorem == name) for name in ("three-point", "nonnegative")
            ... )
            >>> upper.bound_text(Fraction(1, 3)), lower.bound_text(Fraction(-1, 27))
            ('0.3333333334', '-1/27')
        """
        if self.sense == "upper":
            return decimal_up(rational(bound), places_of(bound))
        if bound.denominator < _SHORT:
            return str(bound)
        return decimal_down(rational(bound))
