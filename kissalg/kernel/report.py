"""Verdicts, claims and reports: what the checker says, and how a bound is printed, never better than it is."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .notation.algebraic import Algebraic

__all__ = ["Claim", "Malformed", "Refusal", "Rejected", "Report", "Sense", "Verdict", "decimal_down", "decimal_up"]

_SHORT = 10**6  # denominators of fractions that are printed
_PRINTABLE_BITS = 4096  # about 1233 decimal digits: below the 4300 at which Python refuses to print an integer


class Verdict(Enum):
    """The three answers; the value is the exit code of the command line."""

    VERIFIED = 0
    REJECTED = 1
    MALFORMED = 2


class Refusal(Exception):
    """A reason not to accept a certificate, with the path of the field that it concerns (`""` is the whole file)."""

    verdict: Verdict

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason, path)
        self.reason = reason
        self.path = path


class Malformed(Refusal):
    """The bytes are not a certificate, or exceed the limits of this checker."""

    verdict = Verdict.MALFORMED


class Rejected(Refusal):
    """The bytes are a certificate, but it does not prove its claim."""

    verdict = Verdict.REJECTED


def magnitude(value: Fraction) -> str:
    """The order of magnitude of a rational number, within a factor of two: its sign and a power of two.

    >>> magnitude(Fraction(-3, 1024)), magnitude(Fraction(0))
    ('-2^-9', '0')
    """
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    return f"{'-' if value < 0 else ''}2^{exponent}" if value else "0"


def decimal_up(value: Fraction, digits: int = 12) -> str:
    """The least decimal number with at most `digits` digits after the point that is not below `value`.

    A number too long to be printed is replaced by a power of two that is not below it.

    >>> [decimal_up(Fraction(value), 4) for value in ("1/3", "-1/3", "24", "49/2")]
    ['0.3334', '-0.3333', '24', '24.5']
    """
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    if exponent > _PRINTABLE_BITS:
        return f"2^{exponent + 1}" if value > 0 else f"-2^{exponent - 1}"
    scaled = -(-value.numerator * 10**digits // value.denominator)
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:0{digits}d}".rstrip("0").rstrip(".")


def decimal_down(value: Fraction, digits: int = 12) -> str:
    """The largest decimal number with at most `digits` digits after the point that is not above `value`.

    >>> [decimal_down(Fraction(value), 4) for value in ("1/3", "-1/3", "0", "1/100000", "-1/100000")]
    ['0.3333', '-0.3334', '0', '0', '-0.0001']
    """
    negated = decimal_up(-value, digits)
    return negated[1:] if negated.startswith("-") else negated if negated == "0" else f"-{negated}"


class Sense(Enum):
    """On which side of a quantity a bound lies; the value is the relation between them."""

    UPPER = "<="
    LOWER = ">="


@dataclass(frozen=True)
class Claim:
    """`quantity <= bound`, or `>=` for a lower bound, and the theorem that is said to prove it.

    `quantity` is normalised: a name with its arguments, such as `A(4,1/2)`, or a polynomial, followed by ` where ` and
    the conditions on the point if there are any. `exact` is the irrational bound that is proved, if there is one that
    can be printed: then `bound` is not as good.
    """

    quantity: str
    bound: Fraction
    theorem: str = ""
    exact: "Algebraic | None" = None
    sense: Sense = Sense.UPPER

    @property
    def value(self) -> "Fraction | Algebraic":
        """The best bound."""
        return self.bound if self.exact is None else self.exact

    @property
    def exactly(self) -> str:
        """The best bound in words, where no decimal says it and it is short; else nothing.

        >>> Claim("A(4,1/6)", Fraction(31, 3)).exactly, Claim("A(4,1/6)", Fraction(21, 2)).exactly
        ('31/3', '')
        """
        q = self.bound.denominator
        short = self.exact is not None or (q < _SHORT and 10**12 % q)
        return str(self.value) if short else ""

    def __str__(self) -> str:
        named = self.quantity.endswith(")")  # then a `where` belongs to its arguments
        subject, where, conditions = (self.quantity, "", "") if named else self.quantity.partition(" where ")
        decimal = (decimal_up if self.sense is Sense.UPPER else decimal_down)(self.bound)
        chain = filter(None, (subject, self.exactly, decimal))
        return f" {self.sense.value} ".join(chain) + where + conditions

    def implies(self, other: "Claim") -> bool:
        """Whether this claim is of the same kind and about the same quantity as `other`, and its bound is as good."""
        if type(self) is not type(other) or (self.quantity, self.sense) != (other.quantity, other.sense):
            return False
        return self.value <= other.value if self.sense is Sense.UPPER else self.value >= other.value


@dataclass(frozen=True)
class Report:
    """The verdict on one certificate.

    `claim` is what the file claims; it is proved only if `verified`. `reason` and `path` (a field of the file, such as
    `witness.F[2].columns[0]`) say why it is not.
    """

    verdict: Verdict
    claim: Claim | None = None
    reason: str = ""
    path: str = ""

    @property
    def verified(self) -> bool:
        """Whether the claim is proved."""
        return self.verdict is Verdict.VERIFIED

    @property
    def bound(self) -> Fraction | None:
        """The proved bound, exactly; None unless verified."""
        return self.claim.bound if self.verified and self.claim is not None else None

    def __str__(self) -> str:
        where = f"  at {self.path}" if self.path else ""
        return f"{self.verdict.name}  {self.claim if self.verified else self.reason}{where}"

    @property
    def detail(self) -> str:
        """Everything: the reason, and the claim with its exact bound and its theorem, as far as the file was read."""
        if self.claim is None:
            return str(self)
        status = "proved" if self.verified else f"{self}; claimed, and not proved"
        return f"{status}: {self.claim}, exactly {self.claim.value}, by {self.claim.theorem}"
