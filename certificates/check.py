#!/usr/bin/env python3
"""The checker of kissalg certificates in one file, for Python 3.11 or later; nothing has to be installed.

    python3 -I check.py FILE... [--expect "A(4,1/2) <= 24.2"]

One verdict for each file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected,
2 malformed or unreadable, 64 for a command line that makes no sense.

Assembled from kissalg/kernel by scripts/standalone_checker.py; do not edit. To read it, in order: report, grammar, check;
then polynomial, psd, identity; then for the theorem in question its file in theorems (statement, proof, check), what that
imports from common, and its module of notation (the form of its claims). The last lines, after the sources, make them
importable and start the command.
"""

SOURCES = {}

# ==================== __init__ ====================
SOURCES['__init__'] = r'''"""The trusted checker: bytes of a certificate in, a verdict out.

It imports the standard library only, it rebuilds each problem from the parameters alone, and nothing else of kissalg
has to be right for a VERIFIED of this package to be a theorem. To read it, in order: `report`, `grammar`, `check`; then
`polynomial`, `psd`, `identity`; then for the theorem in question its file in `theorems` (statement, proof, check), what
that imports from `common`, and its module of `notation` (the form of its claims).

    >>> from kissalg.kernel import check
    >>> print(check(b"{}"))
    MALFORMED  expected the keys bound, format, parameters, provenance, theorem, witness, found none
"""

from .check import check
from .grammar import Limits
from .report import Claim, Report, Sense, Verdict
from .theorems import parse_expectation

__all__ = ["Claim", "Limits", "Report", "Sense", "Verdict", "check", "parse_expectation"]
'''

# ==================== __main__ ====================
SOURCES['__main__'] = r'''"""python3 -S -m kissalg.kernel FILE... [--expect "A(4,1/2) <= 24.2"].

One verdict a file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected, 2 malformed or
unreadable, the worst of all the files; 64 for a command line that makes no sense.
"""

import sys
from collections.abc import Sequence
from os import strerror
from pathlib import Path

from .check import check
from .grammar import Limits
from .report import Report, Verdict
from .theorems import parse_expectation

__all__ = ["main"]

USAGE_ERROR = 64


def main(arguments: Sequence[str]) -> int:
    """Check the files named on a command line and return the exit code."""
    files, expect = list(arguments), None
    if "--expect" in files:
        position = files.index("--expect")
        expect = "".join(files[position + 1 : position + 2])
        del files[position : position + 2]
    if not files or any(name.startswith("-") for name in files):
        print(__doc__.strip(), file=sys.stderr)
        return USAGE_ERROR
    if expect is not None:
        try:
            parse_expectation(expect)
        except ValueError as error:
            print(f"--expect: {error}", file=sys.stderr)
            return USAGE_ERROR
    worst = 0
    for name in files:
        report = _check_file(name, expect)
        shown = name.encode("ascii", "backslashreplace").decode("ascii")
        print(f"{report.verdict.name}  {report.claim if report.verified else '-'}  {shown}", flush=True)
        print(f"{shown}: {report.detail}", file=sys.stderr, flush=True)
        worst = max(worst, report.verdict.value)
    return worst


def _check_file(name: str, expect: str | None) -> Report:
    limits = Limits()
    try:
        with Path(name).open("rb") as file:
            data = file.read(limits.compressed + 1)
    except OSError as error:
        return Report(Verdict.MALFORMED, reason=f"cannot be read: {strerror(error.errno or 0)}")
    return check(data, expect=expect, limits=limits)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''

# ==================== check ====================
SOURCES['check'] = r'''"""The judge: bytes in, a verdict out. Each theorem rebuilds its problem from the parameters alone."""

from .grammar import Limits, Node, parse
from .report import Claim, Refusal, Rejected, Report, Verdict
from .theorems import THEOREMS, Certificate, parse_expectation

__all__ = ["check", "read_certificate"]

DEFAULT = Limits()
_THEOREMS = {theorem.name: theorem for theorem in THEOREMS}


def check(data: bytes, *, expect: str | None = None, limits: Limits = DEFAULT) -> Report:
    """The verdict on the bytes of a certificate file (xz or plain text).

    With `expect`, such as `"A(4,1/2) <= 24.2"`, a claim that does not imply the expected one is rejected. No bytes make
    this function raise; a malformed `expect` is the caller's error, a ValueError.

        >>> print(check(b'{"format":1}', expect="A(4,1/2) <= 24.2").verdict.name)
        MALFORMED
    """
    expected = None if expect is None else parse_expectation(expect)
    claim: Claim | None = None
    try:
        certificate = read_certificate(parse(data, limits))
        claim = certificate.claim
        if expected is not None and not claim.implies(expected):
            field = "bound" if claim.quantity == expected.quantity else "parameters"
            raise Rejected(f"expected {expected}, the file claims {claim}", field)
        certificate.prove()
    except Refusal as refusal:
        return Report(refusal.verdict, claim, refusal.reason, refusal.path)
    except (MemoryError, RecursionError) as error:  # excluded by the limits, except on a small machine
        return Report(Verdict.MALFORMED, claim, f"too large for this machine: {type(error).__name__}")
    return Report(Verdict.VERIFIED, claim)


def read_certificate(root: Node) -> Certificate:
    """The certificate in a tree, read to the last field. Raises Malformed."""
    fields = root.record("bound", "format", "parameters", "provenance", "theorem", "witness")
    fields["format"].small(1, 1)
    theorem = fields["theorem"].text()
    if theorem not in _THEOREMS:
        fields["theorem"].refuse(f"one of the theorems {', '.join(_THEOREMS)}")
    provenance = fields["provenance"].value
    if not isinstance(provenance, dict) or not all(isinstance(value, str) for value in provenance.values()):
        fields["provenance"].refuse("an object of strings")
    return _THEOREMS[theorem].read(fields["parameters"], fields["bound"], fields["witness"])
'''

# ==================== common.__init__ ====================
SOURCES['common.__init__'] = r'''"""What theorems share: rings, fields, cones, polynomials and their statements."""
'''

# ==================== common.cap_area ====================
SOURCES['common.cap_area'] = r'''"""Rational upper bounds for the normalised areas of spherical caps.

The cap of angle θ on the sphere in R^n has the normalised area

    σ = J(c) / J(-1),   J(c) = ∫_c^1 (1-u²)^(m/2) du,    c = cos θ, m = n - 3,

and integration by parts gives (m+1) J_m = m J_(m-2) - c (1-c²)^(m/2). For odd n the recurrence starts from J_0 = 1 - c,
and σ is a polynomial in c. For even n it starts from J_(-1) = θ: J_m = A_m (θ - b_m sin θ) with A_m = m A_(m-2)/(m+1)
and b_m = b_(m-2) + c (1-c²)^((m-1)/2) / ((m+1) A_m); since J_m(-1) = A_m π, σ = (θ - b_m sin θ)/π.
"""

from fractions import Fraction
from math import isqrt

__all__ = ["angle", "area_above", "square_root"]

_BITS = 192
_HALVINGS = 3  # of an angle, before the series of the arctangent; the tangent of π/8 is below 0.42
_TERMS = 48  # 0.42^(2 * 48) < 2^-120

Interval = tuple[Fraction, Fraction]


def angle(cos: Fraction) -> Interval:
    """An interval for arccos(cos), -1 <= cos <= 1, about 2^-115 long.

    The angle is halved three times by cos(φ/2) = sqrt((1 + cos φ)/2), and then the partial sums of t - t³/3 + t⁵/5 - …,
    t the tangent, enclose it.

    >>> low, high = angle(Fraction(-1))
    >>> Fraction(314159265358979323846, 10**20) < low < high < Fraction(314159265358979323847, 10**20)
    True
    """
    low = high = cos
    for _ in range(_HALVINGS):
        low, high = _roots((1 + low) / 2, (1 + high) / 2)
    high = min(high, Fraction(1))
    sine = _roots(1 - high * high, 1 - low * low)
    ends = []
    for tangent, terms in ((sine[0] / high, _TERMS), (sine[1] / low, _TERMS + 1)):  # an even number of terms: too small
        total, power = Fraction(0), tangent
        for k in range(terms):
            total += power * (-1) ** k / (2 * k + 1)
            power *= tangent * tangent
        ends.append(total * 2**_HALVINGS)
    return _floor(ends[0]), -_floor(-ends[1])


def area_above(n: int, cos: Fraction) -> Fraction:
    """A rational number that is at least σ, for -1 < cos < 1 and n >= 2, and larger by 2^-100 at most.

    >>> area_above(3, Fraction(1, 2)), 0 < area_above(4, Fraction(0)) - Fraction(1, 2) < Fraction(1, 2**100)
    (Fraction(1, 4), True)
    """
    c = _floor(cos)  # a slightly larger cap
    square = 1 - c * c
    if n % 2:
        part, whole = 1 - c, Fraction(2)
        for m in range(2, n - 2, 2):
            part = (m * part - c * square ** (m // 2)) / (m + 1)
            whole = m * whole / (m + 1)
        return part / whole
    a, b = Fraction(1), Fraction(0)
    for m in range(1, n - 2, 2):
        a *= Fraction(m, m + 1)
        b += c * square ** ((m - 1) // 2) / ((m + 1) * a)
    sines = _roots(square, square)
    return (angle(c)[1] - min(b * sine for sine in sines)) / angle(Fraction(-1))[0]


def square_root(value: Fraction) -> Interval:
    """An interval for √value, value >= 0, 2^-192 long.

    >>> low, high = square_root(Fraction(2))
    >>> low**2 <= 2 < high**2
    True
    """
    return _roots(value, value)


def _roots(low: Fraction, high: Fraction) -> Interval:
    """An interval for the square roots of the numbers from low to high, low >= 0."""
    below, above = (isqrt(int(value * 4**_BITS)) for value in (low, high))
    return Fraction(below, 1 << _BITS), Fraction(above + 1, 1 << _BITS)


def _floor(value: Fraction) -> Fraction:
    """The largest multiple of 2^-192 that is not above `value`."""
    return Fraction(value * 2**_BITS // 1, 1 << _BITS)
'''

# ==================== common.enclosures ====================
SOURCES['common.enclosures'] = r'''"""Rational bounds of transcendental numbers.

Numbers are kept as integers in units of 2^-256, and whatever is rounded is rounded to the safe side.
"""

from fractions import Fraction

__all__ = ["exponential_above"]

_BITS = 256
_UNIT = 1 << _BITS


def exponential_above(w: Fraction) -> Fraction:
    """A rational number that is at least e^w, and less than e^w (1 + 2^-200), for 0 <= w <= 256.

    With v = w/2^k <= 1/2, e^v <= Σ_{j<N} v^j/j! + 2 v^N/N!, because every term of the rest is at most half of the one
    before; then k squarings.

    >>> Fraction(2718281828, 10**9) < exponential_above(Fraction(1)) < Fraction(2718281829, 10**9)
    True
    """
    if not 0 <= w <= 256:
        raise ValueError(f"expected 0 <= w <= 256, found {w}")
    halvings = (2 * w.numerator // w.denominator).bit_length()
    v = -(-w.numerator * _UNIT // (w.denominator << halvings))
    total, term, j = 0, _UNIT, 1
    while term > 1:  # rounded up, a term never falls below one unit
        total += term
        term = -(-term * v // (j * _UNIT))
        j += 1
    total += 2 * term
    for _ in range(halvings):
        total = -(-total * total >> _BITS)
    return Fraction(total, _UNIT)
'''

# ==================== common.faces ====================
SOURCES['common.faces'] = r'''"""Singular positive semidefinite matrices, over Q or a real number field, with their proof.

    X = B Y Bᵀ,    Y = Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A

B has any number of columns and entries in Q(α). The c_j are integer vectors. A is symmetric with entries in Q(α), and
if no absolute row sum of A exceeds 2^-shift, then Y is positive semidefinite (Gershgorin), and with it X.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..grammar import Node
from ..psd import EXPONENT_LIMIT, Psd, Symmetric, read_correction, read_denominator, read_psd
from ..report import Malformed, Rejected
from .number_field import RATIONALS, RealField, round_up

__all__ = ["Face", "PsdMatrix", "read_face", "read_matrix"]

_Matrix = list[list[int]]


@dataclass(frozen=True)
class Face:
    """A matrix as above. `basis[i][j]` and the numbers of `correction` are coefficient vectors of integers."""

    path: str
    size: int
    field: RealField
    basis: tuple[tuple[tuple[int, ...], ...], ...] | None
    basis_denominator: int
    squares: Psd
    shift: int
    correction: tuple[tuple[int, int, tuple[int, ...]], ...]
    denominator: int

    @property
    def rank(self) -> int:
        """The number of columns of B."""
        return self.squares.size

    @property
    def bits(self) -> int:
        """A bound on the bits of an entry of B, of the squares and of A, together."""
        numbers = [c for row in self.basis or () for entry in row for c in entry]
        numbers += [c for _, _, entry in self.correction for c in entry]
        widest = max((abs(c).bit_length() for c in numbers), default=0)
        scale = self.denominator.bit_length() + self.basis_denominator.bit_length() + abs(self.shift)
        return self.squares.bits + widest + scale

    def require_proof(self) -> None:
        """Raise Rejected unless every absolute row sum of A is at most 2^-shift."""
        widest = max((abs(c).bit_length() for _, _, entry in self.correction for c in entry), default=0)
        bits = round_up(widest + max(0, self.shift) + 64)
        sums: defaultdict[int, int] = defaultdict(int)
        for i, j, entry in self.correction:
            largest = max(map(abs, self.field.bounds(entry, bits)))
            sums[i] += largest
            if i != j:
                sums[j] += largest
        for i, total in sorted(sums.items()):
            if Fraction(total, self.denominator << bits) > Fraction(2) ** -self.shift:
                reason = f"row {i} of the correction sums to more than 2^{-self.shift}"
                raise Rejected(f"not proved positive semidefinite: {reason}", f"{self.path}.correction")

    @cached_property
    def parts(self) -> list[Symmetric]:
        """Rational symmetric matrices X_k with X = Σ_k X_k α^k. Rejected without a proof."""
        self.require_proof()
        if self.rank == 0:
            return [Symmetric([[0] * (i + 1) for i in range(self.size)], 1) for _ in range(self.field.degree)]
        (dyadic,) = self.squares.summands()
        full = dyadic.full()
        scale = dyadic.denominator << max(0, self.shift)
        middle = [[[0] * self.rank for _ in range(self.rank)] for _ in range(self.field.degree)]
        common = scale * self.denominator
        for i, row in enumerate(full):
            for j, value in enumerate(row):
                middle[0][i][j] = value * (common // dyadic.denominator)
            middle[0][i][i] += (common >> self.shift) if self.shift >= 0 else common << -self.shift
        for i, j, entry in self.correction:
            for k, c in enumerate(entry):
                middle[k][i][j] += c * scale
                if i != j:
                    middle[k][j][i] += c * scale
        if self.basis is None:
            total, denominator = middle, common
        else:
            total, denominator = self._transformed(self.basis, middle), common * self.basis_denominator**2
        return [Symmetric([row[: i + 1] for i, row in enumerate(part)], denominator) for part in total]

    def _transformed(self, basis: tuple[tuple[tuple[int, ...], ...], ...], middle: list[_Matrix]) -> list[_Matrix]:
        """The coefficients of B Y Bᵀ in 1, α, …."""
        degree = range(self.field.degree)
        total = [[[0] * self.size for _ in range(self.size)] for _ in degree]
        lefts = [[[entry[a] for entry in row] for row in basis] for a in degree]
        for b in degree:
            for k in degree:
                half = _product(middle[k], _transposed(lefts[b]))
                for a in degree:
                    product = _product(lefts[a], half)
                    for t, power in enumerate(self.field.powers[a + b + k]):
                        if power:
                            for row, added in zip(total[t], product, strict=True):
                                for j, value in enumerate(added):
                                    row[j] += power * value
        return total

    def summands(self) -> list[Symmetric]:
        """X itself, over Q: what `Psd.summands` is for other matrices."""
        if self.field.degree != 1:
            raise ValueError("expected a rational matrix")
        return self.parts

    def entry(self, i: int, j: int) -> Fraction:
        """X_ij for j <= i, over Q."""
        (part,) = self.summands()
        return Fraction(part.rows[i][j], part.denominator)


PsdMatrix = Psd | Face


def _transposed(matrix: _Matrix) -> _Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    columns = _transposed(right)
    return [[sum(a * b for a, b in zip(row, column, strict=True) if a) for column in columns] for row in left]


def read_matrix(node: Node, size: int, field: RealField = RATIONALS) -> PsdMatrix:
    """A matrix of this size: a `Psd` over Q, or a `Face` (known by its key `basis`). Raises Malformed."""
    if field.degree == 1 and not (isinstance(node.value, dict) and "basis" in node.value):
        return read_psd(node, size)
    fields = node.record("basis", "columns", "correction", "exponents", "rank", "shift")
    rank = fields["rank"].small(0, size)
    basis, basis_denominator = None, 1
    if fields["basis"].null:
        if rank not in (0, size):
            fields["basis"].refuse(f"a basis for the rank {rank}")
    elif rank == 0:
        fields["basis"].refuse("no basis for the rank 0")
    else:
        basis, basis_denominator = _read_basis(fields["basis"], size, rank, field)
    plain = {
        "columns": fields["columns"].value,
        "correction": None,
        "exponents": fields["exponents"].value,
        "shift": None,
    }
    squares = read_psd(Node(plain, node.path, node.limits), rank)
    shift = fields["shift"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    correction, denominator = read_correction(fields["correction"], rank, field.degree)
    face = Face(node.path, size, field, basis, basis_denominator, squares, shift, correction, denominator)
    work = size**2 * max(rank, 1) * field.degree**3 * (1 + face.bits // 64)
    if work > node.limits.work or size**2 * field.degree * face.bits > node.limits.matrix_bits:
        raise Malformed(f"a matrix that needs about {work} steps; the limit is {node.limits.work}", node.path)
    return face


def read_face(node: Node, size: int, field: RealField) -> Face:
    """The same, in this encoding only. Raises Malformed."""
    matrix = read_matrix(node, size, field)
    if not isinstance(matrix, Face):
        node.refuse("a matrix with the key basis")
    return matrix


def _vectors(node: Node, count: int, field: RealField) -> tuple[tuple[int, ...], ...]:
    """`count` coefficient vectors, one after the other, in one string."""
    flat = node.integers(count * field.degree)
    return tuple(flat[k * field.degree : (k + 1) * field.degree] for k in range(count))


def _read_basis(
    node: Node, size: int, rank: int, field: RealField
) -> tuple[tuple[tuple[tuple[int, ...], ...], ...], int]:
    fields = node.record("denominator", "rows")
    rows = tuple(_vectors(row, rank, field) for row in fields["rows"].items(size))
    return rows, read_denominator(fields["denominator"], [c for row in rows for entry in row for c in entry])
'''

# ==================== common.gram ====================
SOURCES['common.gram'] = r'''"""Polynomials from matrices: forms in Chebyshev's polynomials T_i, and Gram sums over monomials in three variables."""

from collections import defaultdict
from collections.abc import Sequence
from operator import mul

from ..polynomial import BITS, Polynomial, X
from ..psd import Symmetric
from .orthogonal import chebyshev

__all__ = ["GENERATOR", "gram_sum", "square_form", "two_variable_form"]

GENERATOR = 1 << 3 * BITS
"""The code of a formal variable that marks the second of two generators in a Gram basis."""


def two_variable_form(parts: Sequence[Symmetric]) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(y) in Q[x, y], X the sum of the parts."""
    columns = list(enumerate(zip(*chebyshev(len(parts[0].rows)), strict=True)))  # column p: the coefficients of x^p
    forms = []
    for part in parts:
        full = part.full()
        half = [(q, [sum(map(mul, row, column)) for row in full]) for q, column in columns]  # y^q: Σ_j X_ij T_j
        terms = {p | q << BITS: sum(map(mul, row, column)) for q, row in half for p, column in columns}
        forms.append((1, Polynomial(terms, part.denominator)))
    return Polynomial.combination(forms)


def square_form(parts: Sequence[Symmetric]) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(x) in Q[x]: a sum of squares if X is positive semidefinite."""
    return two_variable_form(parts).substitute(1, X)


def gram_sum(parts: Sequence[Symmetric], basis: list[int], products: list[Polynomial]) -> Polynomial:
    """Σ_ij X_ij V_ij, V_ij the product of the basis elements i and j; X the sum of the parts.

    The basis has codes of monomials, some with the mark of the second generator; `products` are those of the
    generators, of the first by itself, of both, of the second by itself. Additions, then one product for each pair of
    generators.
    """
    sums = []
    for part in parts:
        lower: defaultdict[int, int] = defaultdict(int)
        for code, row in zip(basis, part.rows, strict=True):
            for other, value in zip(basis, row, strict=False):
                lower[code + other] += value
        total = {code: 2 * value for code, value in lower.items()}
        for i, code in enumerate(basis):
            total[2 * code] -= part.rows[i][i]  # the diagonal counts once, all else twice
        marked: list[dict[int, int]] = [{} for _ in products]
        for code, value in total.items():
            pair, plain = divmod(code, GENERATOR)
            marked[pair][plain] = value  # each code once; one that belongs to no product would be an IndexError
        sums += [(1, product * Polynomial(m, part.denominator)) for product, m in zip(products, marked, strict=True)]
    return Polynomial.combination(sums)
'''

# ==================== common.invariants ====================
SOURCES['common.invariants'] = r'''"""Polynomials in x, y, z that are invariant under S3: the ring Q[m1, m2, m3], m_k = (x^k + y^k + z^k)/3.

For every theorem about triples of points. The only formula in it that needs a proof is that of `symmetrise`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..polynomial import ONE, Polynomial, X, Y, Z, pack, unpack

__all__ = ["M1", "M2", "M3", "power_sums", "symmetrise", "weighted_monomials"]

M1, M2, M3 = X, Y, Z  # the same three variables, under the names that they have in this ring


def weighted_monomials(weight: int) -> list[int]:
    """The codes of the m1^a m2^b m3^c with a + 2b + 3c <= weight, ordered by that sum, then by c, then by b.

    >>> [unpack(code) for code in weighted_monomials(3)]
    [(0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 0), (3, 0, 0), (1, 1, 0), (0, 0, 1)]
    """
    return [
        pack((total - 2 * b - 3 * c, b, c))
        for total in range(weight + 1)
        for c in range(total // 3 + 1)
        for b in range((total - 3 * c) // 2 + 1)
    ]


E1 = 3 * M1
E2 = Fraction(1, 2) * (E1**2 - 3 * M2)  # e2 = (p1² - p2)/2
E3 = Fraction(1, 6) * (E1**3 - 3 * E1 * (3 * M2) + 2 * (3 * M3))  # e3 = (p1³ - 3 p1 p2 + 2 p3)/6


def power_sums(last: int) -> list[Polynomial]:
    """p_k = x^k + y^k + z^k in Q[m1, m2, m3] for k = 0 .. last, by Newton's p_k = e1 p_{k-1} - e2 p_{k-2} + e3 p_{k-3}.

    >>> power_sums(3)[3] == 3 * M3
    True
    """
    sums = [3 * ONE, 3 * M1, 3 * M2]
    while len(sums) <= last:
        sums.append(E1 * sums[-1] - E2 * sums[-2] + E3 * sums[-3])
    return sums[: last + 1]


def symmetrise(polynomial: Polynomial) -> Polynomial:
    """The average over S3 of a polynomial in x, y, z, as a polynomial in m1, m2, m3.

    For a >= b >= c the average of x^a y^b z^c is e3^c (p_{a-c} p_{b-c} - p_{a+b-2c}) / 6. (With i = a-c and j = b-c it
    is e3^c times the average of x^i y^j, whose six images are the x_r^i x_s^j with r != s; all nine make p_i p_j.)

    >>> symmetrise(2 * X * Y) == 3 * M1**2 - M2
    True
    """
    layers: defaultdict[int, defaultdict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for code, value in polynomial.numerators.items():
        c, b, a = sorted(unpack(code))
        row = layers[c][b - c]
        row[a - c] = row.get(a - c, 0) + value
    sums = power_sums(max((i + j for rows in layers.values() for j, row in rows.items() for i in row), default=0))
    result = Polynomial({})
    for c in range(max(layers, default=0), -1, -1):
        products = [(1, sums[j] * _combine(row, sums, 0)) for j, row in layers[c].items()]
        corrections = [(-1, _combine(row, sums, j)) for j, row in layers[c].items()]
        result = E3 * result + Polynomial.combination(products + corrections, 6 * polynomial.denominator)
    return result


def _combine(row: Mapping[int, int], sums: Sequence[Polynomial], offset: int) -> Polynomial:
    """Σ row[i] p_{i + offset}."""
    return Polynomial.combination((value, sums[i + offset]) for i, value in row.items())
'''

# ==================== common.local_conditions ====================
SOURCES['common.local_conditions'] = r'''"""Weights around one ball of a packing: the local conditions of the theorems about average kissing numbers.

Statement
---------
A packing is a finite set of balls of R^n, n >= 3, with disjoint interiors; in its contact graph tangent balls are
adjacent. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s), in (0,1); seen from the
other side the same contact has the size r/(r+s) = 1 - ξ.

Let every size of some set belong to exactly one *element* (a half-open piece of (0,1), or a point): an element
(p, p) holds sizes >= ξ_p, an element (p, q) holds sizes in [ξ_p, ξ_q], ξ_p < ξ_q. Put φ(a) = e_p on the first kind,
φ(a) = ((ξ_q-a) e_p + (a-ξ_p) e_q)/(ξ_q-ξ_p) on the second. Suppose that there are t, w and positive semidefinite
matrices G = [[t, wᵀ], [w, F_0]] and F_1, …, F_d, with E_k the multiple of Gegenbauer's polynomial in `orthogonal`,
F_pq(u) = Σ_k (F_k)_pq E_k(u) and u_pq = 1 - 2 ξ_p ξ_q, such that

    (i)   F_pp(1) <= w_p                             for all p,
    (ii)  F_pq(u) <= 0                               for -1 <= u <= u_pq, for all p, q,
    (iii) F_ab(u) <= s (u - u_ab), a in e, b in f,   for low <= u <= high, for all pairs of elements e, f that
          are not both of the first kind; low and high are the least and the largest of the (up to four) u_ab, and
          s >= 0 is a number that may depend on the pair.

Then Σ wᵀφ(a_x) <= t, over the neighbours x of any ball, a_x their sizes, as far as their sizes are in the set.

Proof
-----
Scale the ball to radius 1 about the origin, and let x·y be the inner product of the unit vectors towards the
centres of two neighbours. The centres, at distances 1+r and 1+s, are at least r+s apart, so by the law of cosines
    x·y <= 1 - 2 (r/(1+r)) (s/(1+s)) = 1 - 2 a_x a_y.                                                              (1)
1. Let F(u,a,b) = Σ_k φ(a)ᵀ F_k φ(b) E_k(u), y = Σ_x φ(a_x), W = wᵀy. As E_k(x·y) is a positive definite function on the
   sphere (Schoenberg), E_0 = 1, and F_k is positive semidefinite, Σ_{x,y} F(x·y, a_x, a_y) >= yᵀ F_0 y. As G is
   positive semidefinite, t s² + 2 s W + yᵀF_0y >= 0 for all s: yᵀF_0y t >= W² (t = 0 only if W = 0, and then W <= t).
2. On the diagonal, F(1,a,a) = φ(a)ᵀ (Σ_k E_k(1) F_k) φ(a) is a convex function of φ(a), so by (i) F(1,a,a) <= wᵀφ(a).
3. Off the diagonal F(x·y, a_x, a_y) <= 0: let u = x·y, with a_x in e and a_y in f, and let λ_ab be the products of the
   coordinates of φ(a_x) and φ(a_y): F(u, a_x, a_y) = Σ λ_ab F_ab(u), λ >= 0, Σ λ_ab = 1. If u <= low, then every
   F_ab(u) <= 0 by (ii). If low < u, then u <= high by (1), and (iii) gives Σ λ_ab F_ab(u) <= s (u - Σ λ_ab u_ab). The
   last sum is 1 - 2 α β, where α is a_x if e is of the second kind, and ξ_p <= a_x if it is of the first, and β
   likewise: at least 1 - 2 a_x a_y >= u. If both are of the first kind, low = high = u_pq, and (ii) suffices.
4. So W² / t <= Σ_x F(1, a_x, a_x) <= W, and W <= t. ∎

Sources
-------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1,
where ω(a) = wᵀφ(a) is the normalised area of the cap that a ball of size a cuts from a sphere, and the elements are (p,
p); any other weight, and the elements (p, q) with (iii), are additions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

from ..grammar import Node
from ..psd import Psd, Symmetric, read_psd
from ..report import Rejected, magnitude
from .nonpositive import Budget, nonpositive
from .orthogonal import dyadic_gegenbauer

__all__ = ["HALVINGS", "LocalBound", "cells", "read_numbers", "read_sums_of_squares", "require_quick"]

HALVINGS = 1 << 21
"""Of intervals, over all polynomials of one certificate."""

_NODES = 128  # at most so many sizes ξ_p, and radii

Element = tuple[int, int]


@dataclass(frozen=True)
class LocalBound:
    """A bound for the weights around one ball: the data of the statement."""

    path: str
    n: int
    sizes: tuple[Fraction, ...]
    elements: tuple[Element, ...]
    matrices: tuple[Psd, ...]
    slopes: tuple[Fraction, ...]

    @cached_property
    def products(self) -> list[Symmetric]:
        """G, F_1, …, F_d, multiplied out; sums of squares, and so positive semidefinite."""
        return [product for matrix in self.matrices for product in matrix.summands()]

    def top(self, p: int | None = None) -> Fraction:
        """w_p; without p, the number t."""
        bordered = self.products[0]
        return Fraction(bordered.rows[0 if p is None else p + 1][0], bordered.denominator)

    @cached_property
    def polynomials(self) -> tuple[dict[Element, list[int]], int]:
        """The numerators of the coefficients of F_pq, q <= p, and their common denominator."""
        degree = len(self.matrices) - 1
        terms = dyadic_gegenbauer(self.n, degree)
        bordered, *higher = self.products
        blocks = [Symmetric([row[1:] for row in bordered.rows[1:]], bordered.denominator), *higher]
        denominator = lcm(
            *(value.denominator * f.denominator for f, row in zip(blocks, terms, strict=True) for value in row)
        )
        table = [
            [int(value * denominator / f.denominator) for value in row] + [0] * (degree + 1 - len(row))
            for f, row in zip(blocks, terms, strict=True)
        ]
        columns = list(zip(*table, strict=True))
        result = {}
        for p in range(len(self.sizes)):
            for q in range(p + 1):
                entries = [f.rows[p][q] for f in blocks]
                result[p, q] = [sum(map(mul, entries, column)) for column in columns]
        return result, denominator

    def end(self, p: int, q: int) -> Fraction:
        """u_pq."""
        return 1 - 2 * self.sizes[p] * self.sizes[q]

    def prove(self, budget: Budget) -> None:
        """Check (i), (ii) and (iii). Raises Rejected."""
        polynomials, denominator = self.polynomials
        for p in range(len(self.sizes)):
            excess = Fraction(sum(polynomials[p, p]), denominator) - self.top(p)
            if excess > 0:
                raise Rejected(f"(i) fails at size number {p} by about {magnitude(excess)}", self.path)
        for (p, q), numerators in polynomials.items():
            if not nonpositive(numerators, Fraction(-1), self.end(p, q), budget):
                raise Rejected(f"(ii) is not proved for the sizes number {p} and {q}", self.path)
        for (e, f), slope in zip(cells(self.elements), self.slopes, strict=True):
            corners = [(a, b) for a in dict.fromkeys(e) for b in dict.fromkeys(f)]
            ends = [self.end(a, b) for a, b in corners]
            for (a, b), end in zip(corners, ends, strict=True):
                numerators = polynomials[max(a, b), min(a, b)]
                line = slope * denominator
                scaled = [value * line.denominator * end.denominator for value in numerators]
                scaled[0] += int(line * end * line.denominator * end.denominator)
                scaled[1] -= int(line * line.denominator * end.denominator)
                if not nonpositive(scaled, min(ends), max(ends), budget):
                    raise Rejected(f"(iii) is not proved for the elements {e} and {f}, at {(a, b)}", self.path)


def cells(elements: tuple[Element, ...]) -> Iterator[tuple[Element, Element]]:
    """The pairs of elements that need a slope: e not before f, and not both of the first kind."""
    for index, e in enumerate(elements):
        yield from ((e, f) for f in elements[: index + 1] if e[0] != e[1] or f[0] != f[1])


def read_numbers(node: Node, below: int | None) -> tuple[Fraction, ...]:
    """Positive rationals, at least one, smaller than `below`."""
    items = node.items()
    if not 1 <= len(items) <= _NODES:
        node.refuse(f"between 1 and {_NODES} numbers", f"{len(items)}")
    values = tuple(item.rational(node.limits.parameter_bits) for item in items)
    for item, value in zip(items, values, strict=True):
        if value <= 0 or (below is not None and value >= below):
            item.refuse("a positive number" if below is None else f"a number strictly between 0 and {below}")
    return values


def require_quick(node: Node, locals_: list[LocalBound]) -> None:
    """Bound the time to expand the polynomials and bring them to Bernstein's basis, and the memory for all.

    Each takes degree² products; products of matrices and polynomials of every ball are kept.
    """
    work = memory = 0
    for local in locals_:
        degree, corners = len(local.matrices) - 1, len(local.sizes) ** 2 + 4 * len(local.slopes)
        slopes = [slope.numerator.bit_length() + slope.denominator.bit_length() for slope in local.slopes]
        widest = max(matrix.bits for matrix in local.matrices) + max(slopes, default=0)
        ends = max(size.denominator.bit_length() for size in local.sizes)
        work += corners * (degree + 1) ** 2 * (1 + (2 * widest + 4 * degree * ends) // 64)
        memory += len(local.matrices) * (len(local.sizes) + 1) ** 2 * 2 * (2 * widest + degree + 64)
    if work > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")
    if memory > node.limits.matrix_bits:
        node.refuse(f"matrices of at most {node.limits.matrix_bits} bits together", f"about {memory}")


def read_sums_of_squares(node: Node, degree: int, size: int) -> tuple[Psd, ...]:
    """Sums of squares: a correction would bring denominators of its own into every polynomial."""
    matrices = []
    for k, item in enumerate(node.items(degree + 1)):
        matrices.append(read_psd(item, size + (k == 0)))
        if matrices[-1].shift is not None:
            item.refuse("a matrix without shift and correction", "one with both")
    return tuple(matrices)
'''

# ==================== common.nonpositive ====================
SOURCES['common.nonpositive'] = r'''"""Proofs that a polynomial is nowhere positive on an interval, or on a ray: Bernstein coefficients on a subdivision.

On an interval a polynomial is a combination, with nonnegative weights, of its Bernstein coefficients there; if none of
them is positive, neither is the polynomial. Otherwise the interval is halved (de Casteljau). All numbers are integers,
and whatever is rounded is rounded up, so that they can only be too large.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import comb, lcm
from operator import mul

__all__ = ["Budget", "bernstein", "bernstein_on_ray", "nonpositive", "nonpositive_on_ray"]

_BITS = 192  # of the largest Bernstein coefficient; the others are rounded up to the same unit, and so are midpoints
_DEPTH = 48  # an interval is halved at most so often


class Budget:
    """How many intervals may still be halved, over all the polynomials of one certificate."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self) -> bool:
        """Whether one more is allowed."""
        self.steps -= 1
        return self.steps >= 0


@cache
def _weights(degree: int) -> list[list[int]]:
    """Row j holds L C(j,i) / C(d,i), i <= j, L the least common multiple of the C(d,i): from powers to Bernstein."""
    common = lcm(*(comb(degree, i) for i in range(degree + 1)))
    return [[comb(j, i) * common // comb(degree, i) for i in range(j + 1)] for j in range(degree + 1)]


def bernstein(numerators: Sequence[int], low: Fraction, high: Fraction) -> list[int]:
    """The Bernstein coefficients of Σ numerators[k] x^k on [low, high], times a positive number; integers.

    >>> bernstein([0, 0, 1], Fraction(-1), Fraction(1))  # x² = (1-v)² - 2 v (1-v) + v², v = (x+1)/2
    [2, -2, 2]
    """
    powers = _shifted(numerators, low, high - low)
    return [sum(map(mul, row, powers)) for row in _weights(len(numerators) - 1)]  # map stops at the shorter row


def bernstein_on_ray(numerators: Sequence[int], start: Fraction, step: Fraction) -> list[int]:
    """The Bernstein coefficients on [0, 1] of (1-v)^d p(start + step v/(1-v)), step > 0, times a positive number.

    Here p = Σ numerators[k] x^k, of degree d. With p(start + step z) = Σ c_k z^k that is Σ c_k v^k (1-v)^(d-k).

    >>> bernstein_on_ray([0, 0, 1], Fraction(1), Fraction(1))  # (1-v)² + 2 v (1-v) + v²
    [2, 2, 2]
    """
    degree = len(numerators) - 1
    common = lcm(*(comb(degree, k) for k in range(degree + 1)))
    return [c * common // comb(degree, k) for k, c in enumerate(_shifted(numerators, start, step))]


def _shifted(numerators: Sequence[int], start: Fraction, step: Fraction) -> list[int]:
    """The coefficients of Σ numerators[k] (start + step v)^k in powers of v, times a positive number (Horner)."""
    scale = lcm(start.denominator, step.denominator)
    first, second = int(start * scale), int(step * scale)
    powers = [numerators[-1]]  # times scale^degree
    factor = 1
    for value in numerators[-2::-1]:
        factor *= scale
        powers = [first * a + second * b for a, b in zip([*powers, 0], [0, *powers], strict=True)]
        powers[0] += factor * value
    return powers


def nonpositive(numerators: Sequence[int], low: Fraction, high: Fraction, budget: Budget) -> bool:
    """Whether Σ numerators[k] x^k <= 0 on [low, high] is proved, low <= high; a False is no disproof.

    >>> nonpositive([0, 0, -1], Fraction(-1), Fraction(1), Budget(10))
    True
    >>> nonpositive([-1, 0, 2], Fraction(-1), Fraction(1), Budget(10))
    False
    """
    return _descend(bernstein(numerators, low, high), budget)


def nonpositive_on_ray(numerators: Sequence[int], start: Fraction, step: Fraction, budget: Budget) -> bool:
    """Whether Σ numerators[k] x^k <= 0 for all x >= start is proved; it is first divided at start + step, step > 0.

    >>> nonpositive_on_ray([3, -1], Fraction(3), Fraction(1), Budget(10))
    True
    >>> nonpositive_on_ray([-3, 1], Fraction(2), Fraction(1), Budget(10))
    False
    """
    return _descend(bernstein_on_ray(numerators, start, step), budget)


def _descend(exact: list[int], budget: Budget) -> bool:
    surplus = max(abs(value).bit_length() for value in exact) - _BITS
    first = [-(-value >> surplus) for value in exact] if surplus > 0 else [value << -surplus for value in exact]
    pending = [(0, first)]
    while pending:
        depth, right = pending.pop()
        if max(right) <= 0:
            continue
        # the first and the last coefficient are values of the polynomial
        if right[0] > 0 or right[-1] > 0 or depth == _DEPTH or not budget.spend():
            return False
        left = []
        row = right
        halves = []
        while row:
            left.append(row[0])
            halves.append(row[-1])
            row = [-(-(a + b) >> 1) for a, b in pairwise(row)]
        pending += [(depth + 1, halves[::-1]), (depth + 1, left)]
    return True
'''

# ==================== common.number_field ====================
SOURCES['common.number_field'] = r'''"""Real algebraic numbers: coefficient vectors in 1, α, α², …, and a rational interval that isolates α.

α is the only root of a monic integer polynomial M in an interval: M changes its sign there, and M' has none. Sums and
products are those of polynomials modulo M, which agree with those of the real numbers because M(α) = 0. Whether M is
irreducible does not matter: a coefficient vector that is zero stands for 0, and any other sign is proved by an
enclosure. (Over a reducible M an element can be 0 without looking it; then no sign is found, and the certificate is
rejected.)
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm

from ..grammar import Node
from ..report import Rejected

__all__ = ["RATIONALS", "Element", "RealField", "read_element", "read_field", "round_up"]

_DEGREE_LIMIT = 8
_BITS_LIMIT = 1 << 14  # of an enclosure: some seconds

Element = tuple[Fraction, ...]
Interval = tuple[int, int]  # in units that the context says


@dataclass(frozen=True)
class RealField:
    """Q(α), α the only root of `polynomial` (coefficients from the constant one up, the last is 1) in [low, high]."""

    polynomial: tuple[int, ...]
    low: Fraction
    high: Fraction

    @property
    def degree(self) -> int:
        """The number of coefficients of an element; 1 for Q."""
        return len(self.polynomial) - 1

    @cached_property
    def powers(self) -> list[list[int]]:
        """The coefficients of α^k, k = 0 .. 3m - 3: enough for products of three elements."""
        rows = [[int(i == k) for i in range(self.degree)] for k in range(self.degree)]
        while len(rows) < 3 * self.degree - 2:
            *lower, top = rows[-1]
            rows.append([down - top * c for down, c in zip([0, *lower], self.polynomial, strict=False)])
        return rows

    def enclose_root(self, bits: int) -> Interval:
        """An interval for α in units of 2^-bits, at most three units long, by bisection. Q has α = 0."""
        if self.degree == 1:
            return 0, 0
        low, high = (self.low * 2**bits).__floor__(), (self.high * 2**bits).__ceil__()
        # M at the exact end, which `require_isolated` has judged: outward there may be another root of M in between
        rising = sum(c * self.high**k for k, c in enumerate(self.polynomial)) > 0
        while high - low > 3:
            middle = (low + high) // 2
            if (self._at(middle, bits) > 0) == rising:
                high = middle
            else:
                low = middle
        return low, high

    def _at(self, numerator: int, bits: int) -> int:
        """The sign of M at numerator · 2^-bits."""
        total = 0
        for k, c in enumerate(reversed(self.polynomial)):
            total = total * numerator + (c << k * bits)
        return total

    def require_isolated(self) -> None:
        """Raise Rejected unless M changes its sign between low and high, and M' has no zero there. Q needs no proof."""
        if self.degree == 1:
            return
        ends = [sum(c * end**k for k, c in enumerate(self.polynomial)) for end in (self.low, self.high)]
        if ends[0] * ends[1] >= 0:
            raise Rejected("the polynomial does not change its sign between the ends", "parameters.field")
        derivative = (Fraction(0), Fraction(0))
        for k in range(self.degree, 0, -1):  # Horner's rule in interval arithmetic
            corners = [a * b for a in derivative for b in (self.low, self.high)]
            derivative = (min(corners) + k * self.polynomial[k], max(corners) + k * self.polynomial[k])
        if derivative[0] <= 0 <= derivative[1]:
            raise Rejected("the interval does not isolate a root: the derivative may vanish there", "parameters.field")

    def bounds(self, element: tuple[int, ...], bits: int) -> Interval:
        """An interval for Σ element[k] α^k in units of 2^-bits; exact for a rational element."""
        if not any(element[1:]):
            return element[0] << bits, element[0] << bits
        if bits > _BITS_LIMIT:
            raise Rejected(f"a sign that needs an enclosure of {bits} bits; the limit is {_BITS_LIMIT}", "witness")
        low = high = 0
        for c, (a, b) in zip(element, _enclosures(self, bits), strict=True):
            low += min(c * a, c * b)
            high += max(c * a, c * b)
        return low, high

    def is_nonnegative(self, element: tuple[int, ...]) -> bool:
        """Whether Σ element[k] α^k >= 0 is proved: all coefficients are zero, or an enclosure is positive."""
        if not any(element):
            return True
        bits = round_up(64 + 2 * self.degree * max(abs(c).bit_length() for c in element))
        return self.bounds(element, bits)[0] >= 0

    def at_least(self, left: Element, right: Element) -> bool:
        """Whether left >= right is proved."""
        common = lcm(*(c.denominator for c in (*left, *right)))
        return self.is_nonnegative(tuple(int((a - b) * common) for a, b in zip(left, right, strict=True)))

    def rational(self, value: Fraction) -> Element:
        """A rational number as an element."""
        return (value, *[Fraction(0)] * (self.degree - 1))

    def product(self, left: Element, right: Element) -> Element:
        """Left · right, reduced modulo M."""
        result = [Fraction(0)] * self.degree
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                for k, power in enumerate(self.powers[i + j]):
                    result[k] += a * b * power
        return tuple(result)

    def lower_bound(self, element: Element, bits: int) -> Fraction:
        """A rational number that is not above the element; the element itself if it is rational."""
        common = lcm(*(c.denominator for c in element))
        low, _ = self.bounds(tuple(int(c * common) for c in element), bits)
        return Fraction(low, common << bits)

    def text(self, element: Element) -> str:
        """An element in words: with sqrt(d) if α² = d; else followed by the equation of `a`, if that occurs in it.

        >>> RealField((-5, 0, 1), Fraction(2), Fraction(3)).text((Fraction(1, 4), Fraction(-1, 4)))
        '1/4 - 1/4*sqrt(5)'
        """
        if not any(element[1:]):
            return str(element[0])
        if self.degree == 2 and self.polynomial[1] == 0 and self.low >= 0:
            size = "" if abs(element[1]) == 1 else f"{abs(element[1])}*"
            sign = "-" if element[1] < 0 else ""
            start = f"{element[0]} {sign or '+'} " if element[0] else sign
            return f"{start}{size}sqrt({-self.polynomial[0]})"
        terms = [f"{c}*a^{k}" if k else str(c) for k, c in enumerate(element) if c]
        return f"{' + '.join(terms)} where {self}"

    def __str__(self) -> str:
        """The equation and the interval of α, called `a`."""
        terms = [f"{c}*a^{k}" if k else str(c) for k, c in enumerate(self.polynomial) if c]
        return f"{' + '.join(terms)} = 0, {self.low} <= a <= {self.high}"


@lru_cache(maxsize=8)
def _enclosures(field: RealField, bits: int) -> list[Interval]:
    """Intervals for 1, α, …, α^(m-1) in units of 2^-bits."""
    root = field.enclose_root(bits)
    powers = [(1 << bits, 1 << bits)]
    while len(powers) < field.degree:
        corners = [a * b for a in powers[-1] for b in root]
        powers.append((min(corners) >> bits, -(-max(corners) >> bits)))
    return powers


def round_up(bits: int) -> int:
    """A multiple of 1024 that is not below `bits`, so that few different enclosures are computed."""
    return -(-bits // 1024) * 1024


RATIONALS = RealField((0, 1), Fraction(0), Fraction(0))


def read_field(node: Node) -> RealField:
    """Q for null, or a field of degree 2 to 8. Raises Malformed; see `require_isolated` for the interval."""
    if node.null:
        return RATIONALS
    bits = node.limits.parameter_bits
    fields = node.record("interval", "polynomial")
    low, high = (item.rational(bits) for item in fields["interval"].items(2))
    if low >= high:
        fields["interval"].refuse("two rationals in increasing order")
    items = fields["polynomial"].items()
    if not 3 <= len(items) <= _DEGREE_LIMIT + 1:
        fields["polynomial"].refuse(f"the 3 to {_DEGREE_LIMIT + 1} coefficients of a polynomial")
    polynomial = tuple(item.integer(bits) for item in items)
    if polynomial[-1] != 1:
        fields["polynomial"].refuse("a monic polynomial, the coefficient 1 last")
    return RealField(polynomial, low, high)


def read_element(node: Node, field: RealField, bits: int) -> Element:
    """The list of the rational coefficients of 1, α, …. Raises Malformed."""
    return tuple(item.rational(bits) for item in node.items(field.degree))
'''

# ==================== common.orthogonal ====================
SOURCES['common.orthogonal'] = r'''"""Gegenbauer's and Chebyshev's polynomials, by their recurrences."""

from fractions import Fraction

from ..polynomial import ONE, Polynomial, X

__all__ = ["chebyshev", "dyadic_gegenbauer", "gegenbauer"]


def gegenbauer(n: int, degree: int, u: Polynomial = X, w: Polynomial = ONE) -> list[Polynomial]:
    """w^(k/2) P_k(u/√w), k = 0..degree, where P_k = P_k^n is Gegenbauer's polynomial with P_k(1) = 1.

    P_0 = 1, P_1 = u, (k+n-2) P_{k+1} = (2k+n-2) u P_k - k P_{k-1}, n >= 2.

    >>> print(gegenbauer(3, 2)[2])  # Legendre's, for R³
    -1/2*1 + 3/2*x^2
    """
    terms = [ONE, u]
    for k in range(1, degree):
        terms.append(((2 * k + n - 2) * u * terms[k] - k * w * terms[k - 1]) * Fraction(1, k + n - 2))
    return terms[: degree + 1]


def dyadic_gegenbauer(n: int, degree: int) -> list[list[Fraction]]:
    """The coefficients of E_0, …, E_degree, those of the low powers first, n >= 3.

    E_k = 2^-m C_k is a positive multiple of P_k with dyadic coefficients: C_0 = 1, C_1 = (n-2) u,
    (k+1) C_{k+1} = (2k+n-2) u C_k - (k+n-3) C_{k-1}, and m is the least integer with E_k(1) <= 1.

    >>> dyadic_gegenbauer(3, 2)[2] == [Fraction(-1, 2), 0, Fraction(3, 2)]
    True
    """
    rows = [[Fraction(1)], [Fraction(0), Fraction(n - 2)]]
    for k in range(1, degree):
        up = [Fraction(0), *((2 * k + n - 2) * value for value in rows[k])]
        back = [(k + n - 3) * value for value in rows[k - 1]] + [Fraction(0)] * 2
        rows.append([(a - b) / (k + 1) for a, b in zip(up, back, strict=True)])
    rows = rows[: degree + 1]
    return [[value / (1 << (int(sum(row)) - 1).bit_length()) for value in row] for row in rows]


def chebyshev(size: int) -> list[list[int]]:
    """Row i holds the coefficients of T_i: T_0 = 1, T_1 = x, T_{i+1} = 2x T_i - T_{i-1}; i < size.

    >>> chebyshev(3)
    [[1, 0, 0], [0, 1, 0], [-1, 0, 2]]
    """
    rows = [[int(power == i) for power in range(size)] for i in range(min(size, 2))]
    for i in range(2, size):
        rows.append([2 * up - back for up, back in zip([0, *rows[i - 1]], rows[i - 2], strict=False)])
    return rows
'''

# ==================== common.triples ====================
SOURCES['common.triples'] = r'''"""Sums over the triples of points of a spherical code.

Statement
---------
Let n >= 3, d >= 0, and let F_0, …, F_d be positive semidefinite matrices. Let u, v, t stand for inner products, and put

    Q_k(u,v,t) = ((1-u²)(1-v²))^{k/2} P_k^{n-1}((t-uv) / √((1-u²)(1-v²))),

a polynomial, as Gegenbauer's P_k^{n-1} is even or odd. Let h be the average over all permutations of (u,v,t) of
Σ_k Q_k(u,v,t) Σ_ij (F_k)_ij T_i(u) T_j(v), each T_i a polynomial of degree i. Then for every finite set C of unit
vectors of R^n

    Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0.

Proof ----- Fix e in C. For p, q in C let u = p·e, v = q·e, t = p·q. Q_k(u,v,t) is P_k^{n-1} at the angle between the
projections of p and q to the hyperplane orthogonal to e, times the k-th powers of their lengths: a positive definite
function of (p, q) (Schoenberg). So is its product with f(p·e) f(q·e), and F_k is a sum of squares of vectors; hence
Σ_{p,q} Q_k Σ_ij (F_k)_ij T_i(u) T_j(v) >= 0. Sum over e, and average over the order of the three points. ∎

Coordinates
-----------
For a code with inner products in [-1, c] the coordinates are x = (2u+1-c)/(1+c), in [-1, 1], and y, z likewise for v,
t; the T_i are the Chebyshev polynomials of x. What is invariant under permutations is written in the power means m_k =
(x^k + y^k + z^k)/3.

Gram terms: for R = Σ r rᵀ, <V^trv, r rᵀ> is the square of the polynomial Σ r_α m^α, <V^alt, r rᵀ> is the square of
(x-y)(y-z)(z-x) Σ r_α m^α, and <V^std, r rᵀ> is f² + 3 f'² for f = Σ r_{g,α} A_g m^α and f' = Σ r_{g,α} B_g m^α, with
(A_1, B_1) = (2x-y-z, y-z) and (A_2, B_2) = (2x²-y²-z², y²-z²).

Source
------
Bachoc & Vallentin 2008, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..grammar import Node
from ..polynomial import ONE, Polynomial, X, Y, Z
from .faces import PsdMatrix
from .gram import GENERATOR
from .invariants import symmetrise, weighted_monomials
from .orthogonal import gegenbauer

__all__ = ["KINDS", "Triples", "gram_basis", "gram_products", "read_triples"]

KINDS = ("trv", "alt", "std")


@dataclass(frozen=True)
class Triples:
    """The dimension n, the largest inner product c, and the degree d: the Q_k have k <= d."""

    n: int
    cos: Fraction
    degree: int

    @property
    def end(self) -> Fraction:
        """The coordinate of u = 1."""
        return (3 - self.cos) / (1 + self.cos)

    @cached_property
    def inner_products(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """u, v, t as polynomials of x, y, z."""
        u, v, t = (((1 + self.cos) * shifted - (1 - self.cos)) * Fraction(1, 2) for shifted in (X, Y, Z))
        return u, v, t

    def gram_determinant(self) -> Polynomial:
        """1 + 2uvt - u² - v² - t² in Q[m1, m2, m3]: nonnegative for the inner products of three unit vectors."""
        u, v, t = self.inner_products
        return symmetrise(1 + 2 * u * v * t - u**2 - v**2 - t**2)

    def lifted_gegenbauer(self) -> list[Polynomial]:
        """Q_k(u,v,t), k = 0..d, in Q[x, y, z]."""
        u, v, t = self.inner_products
        return gegenbauer(self.n - 1, self.degree, t - u * v, (1 - u**2) * (1 - v**2))

    def pair_average(self, forms: list[Polynomial]) -> Polynomial:
        """3 h(u,u,1) in Q[x]; `forms` are the F_k(x,y) = Σ (F_k)_ij T_i(x) T_j(y).

        Let H(p,q;r) = Σ_k Q_k(p,q,r) F_k(p,q), of which h is the average; H(p,q;r) = H(q,p;r), so that at (u,u,1)
        3 h = H(u,u;1) + 2 H(u,1;u). As Q_k(u,u,1) = (1-u²)^k, and Q_k(u,1,u) = 0 for k >= 1, this is
        3 h(u,u,1) = Σ_k (1-u²)^k F_k(x,x) + 2 F_0(x,x1).
        """
        total = 2 * forms[0].substitute(1, self.end)
        power = ONE
        for form in forms:
            total += power * form.substitute(1, X)
            power *= 1 - self.inner_products[0] ** 2
        return total

    def triple_average(self, forms: list[Polynomial]) -> Polynomial:
        """H in Q[m1, m2, m3]."""
        lifted = self.lifted_gegenbauer()
        return symmetrise(Polynomial.combination((1, q * form) for q, form in zip(lifted, forms, strict=True)))

    def diagonal(self, forms: list[Polynomial]) -> Fraction:
        """h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because Q_0 = 1 and Q_k(1,1,1) = 0 for k >= 1."""
        return forms[0].substitute(1, self.end).substitute(0, self.end).constant()

    def require_feasible(self, node: Node, f: Sequence[PsdMatrix]) -> None:
        """Bound the work with the Q_k.

        Their coefficients have up to 4d times the bits of cos, and their products with F_k take about d⁵ steps.
        """
        bits = (
            max(matrix.bits for matrix in f)
            + 4 * self.degree * (self.cos.numerator * self.cos.denominator).bit_length()
        )
        if (work := self.degree**5 * (1 + bits // 64)) > node.limits.work:
            node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")


def read_triples(n: Node, cos: Node, degree: int) -> Triples:
    """The dimension and the largest inner product. Raises Malformed."""
    value = cos.rational(cos.limits.parameter_bits)
    if not -1 < value < 1:
        cos.refuse("a rational strictly between -1 and 1")
    return Triples(n.small(3, n.limits.dimension), value, degree)


def gram_basis(kind: str, degree: int) -> list[int]:
    """The codes of the basis of this kind: monomials in m1, m2, m3, marked with the generator that they multiply."""
    if kind == "trv":
        return weighted_monomials(degree)
    if kind == "alt":
        return weighted_monomials(degree - 3)
    return weighted_monomials(degree - 1) + [GENERATOR + code for code in weighted_monomials(degree - 2)]


def gram_products() -> dict[str, list[Polynomial]]:
    """The products of the generators: [1], [Δ²], and [G_11, G_12, G_22] for the standard part, in Q[m1, m2, m3]."""
    discriminant = ((X - Y) * (Y - Z) * (Z - X)) ** 2
    pairs = [(2 * X - Y - Z, Y - Z), (2 * X**2 - Y**2 - Z**2, Y**2 - Z**2)]
    standard = [pairs[g][0] * pairs[h][0] + 3 * pairs[g][1] * pairs[h][1] for g, h in ((0, 0), (0, 1), (1, 1))]
    return {"trv": [ONE], "alt": [symmetrise(discriminant)], "std": [symmetrise(product) for product in standard]}
'''

# ==================== grammar ====================
SOURCES['grammar'] = r'''"""From foreign bytes to a strictly typed tree: xz, canonical JSON, hexadecimal integers, reduced rationals.

Every size is bounded before anything is computed from it. See docs/certificate-format.md, "Bytes".
"""

import json
import lzma
import re
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import NoReturn

from .report import Malformed

__all__ = ["Limits", "Node", "parse"]

_XZ_MAGIC = b"\xfd7zXZ\x00"
_INTEGER = re.compile(r"0|-?[1-9a-f][0-9a-f]*")
# A string, finished or not (then to the end), or a bracket; possessive, so that the scan is linear on every input.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_JSON_INT_DIGITS = 9


@dataclass(frozen=True)
class Limits:
    """What this checker is ready to look at; anything larger is MALFORMED. Sizes are in bytes, numbers in bits."""

    compressed: int = 64 << 20
    decompressed: int = 256 << 20
    xz_memory: int = 128 << 20  # the decoder's dictionary; the largest preset of xz needs 65 MiB
    tokens: int = 1 << 22  # quotes, commas and opening brackets in the text
    degree: int = 40
    dimension: int = 10_000
    parameter_bits: int = 256  # numerator and denominator of cos
    bound_bits: int = 4096  # numerator and denominator of the claimed bound
    integer_bits: int = 1 << 14  # every integer of the witness
    matrix_bits: int = 1 << 32  # entries x bits of one factor, brought to a common exponent
    work: int = 1 << 33  # steps of 64 bits: rows³ for each matrix, degree⁵ for sums over triples; some minutes each

    def __post_init__(self) -> None:
        if not 1 <= self.degree <= 4096:  # the exponents in `polynomial` have 16 bits, and go up to twice the degree
            raise ValueError(f"expected a limit between 1 and 4096 on the degree, found {self.degree}")


def parse(data: bytes, limits: Limits) -> "Node":
    """The tree of a certificate file. Raises Malformed."""
    if len(data) > limits.compressed:
        raise Malformed(f"the file has {len(data)} bytes, the limit is {limits.compressed}")
    raw = _decompress(data, limits) if data.startswith(_XZ_MAGIC) else data
    if not raw.isascii():
        raise Malformed("the text is neither xz nor ASCII")
    text = raw.decode("ascii")
    _require_shallow(text, limits)
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=_small_integer,
            parse_float=lambda token: _refuse_number(token),
            parse_constant=lambda token: _refuse_number(token),
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} at byte {error.pos}") from None
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if text != canonical and text != canonical + "\n":
        raise Malformed("the JSON is not canonical (sorted keys, no spaces, ASCII escapes, at most one final newline)")
    return Node(tree, "", limits)


def _decompress(data: bytes, limits: Limits) -> bytes:
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=limits.xz_memory)
    try:
        raw = decoder.decompress(data, max_length=limits.decompressed + 1)
    except lzma.LZMAError as error:
        raise Malformed(f"damaged xz data: {error}") from None
    if len(raw) > limits.decompressed:
        raise Malformed(f"the decompressed text has more than {limits.decompressed} bytes")
    if not decoder.eof:
        raise Malformed("the xz stream is truncated")
    if decoder.unused_data:
        raise Malformed(f"{len(decoder.unused_data)} bytes after the end of the xz stream")
    return raw


def _require_shallow(text: str, limits: Limits, depth_limit: int = 8) -> None:
    """Bound the number of JSON values and their nesting, before the recursive parser sees them."""
    if sum(map(text.count, '",[{')) > limits.tokens:
        raise Malformed(f"more than {limits.tokens} quotes, commas and brackets in the text")
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > depth_limit:
            raise Malformed(f"nested deeper than {depth_limit} at byte {token.start()}")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Malformed(f"duplicate key {_shown(twice)}")
    return result


def _small_integer(token: str) -> int:
    if len(token) > _JSON_INT_DIGITS:
        raise Malformed(f"a JSON integer of {len(token)} characters; at most {_JSON_INT_DIGITS} are allowed")
    return int(token)


def _refuse_number(token: str) -> NoReturn:
    raise Malformed(f"a number that is not an integer: {_shown(token)}")


def _shown(value: object) -> str:
    """A short ASCII picture of foreign data."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of length {len(value)}"
    if isinstance(value, str) and len(value) > 40:
        return f"a string of length {len(value)} that begins {value[:40]!a}"
    return "null" if value is None else ascii(value)


@dataclass(frozen=True)
class Node:
    """A JSON value with its path. Each reader states what it expects there, and raises Malformed for anything else."""

    value: object
    path: str
    limits: Limits

    def refuse(self, expected: str, found: str | None = None) -> NoReturn:
        """Raise Malformed: `expected` something else here."""
        raise Malformed(f"expected {expected}, found {_shown(self.value) if found is None else found}", self.path)

    @property
    def null(self) -> bool:
        """Whether this is JSON's null."""
        return self.value is None

    def record(self, *keys: str) -> dict[str, "Node"]:
        """An object with exactly these keys."""
        if not isinstance(self.value, dict):
            self.refuse(f"an object with the keys {', '.join(keys)}")
        if sorted(self.value) != sorted(keys):
            found = ", ".join(_shown(key)[1:-1] for key in sorted(self.value)[:10]) or "none"
            self.refuse(f"the keys {', '.join(keys)}", found)
        prefix = f"{self.path}." if self.path else ""
        return {key: Node(self.value[key], prefix + key, self.limits) for key in keys}

    def items(self, count: int | None = None) -> list["Node"]:
        """A list, of exactly `count` items if that is given."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        if count is not None and len(self.value) != count:
            self.refuse(f"a list of length {count}")
        return [Node(value, f"{self.path}[{index}]", self.limits) for index, value in enumerate(self.value)]

    def small(self, low: int, high: int) -> int:
        """A JSON integer in [low, high]. Python's True is not one."""
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse(f"an integer in [{low}, {high}]")
        return self.value

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.refuse("a string")
        return self.value

    def integer(self, bits: int | None = None) -> int:
        """A hexadecimal integer of at most `bits` bits (by default the limit for the witness)."""
        return self._integer(self.text(), self.limits.integer_bits if bits is None else bits)

    def integers(self, count: int) -> tuple[int, ...]:
        """`count` hexadecimal integers, separated by single spaces, in one string."""
        text, bits = self.text(), self.limits.integer_bits
        if text.count(" ") != count - 1:
            self.refuse(f"{count} integers separated by single spaces", f"{text.count(' ')} spaces")
        return tuple(self._integer(token, bits) for token in text.split(" "))

    def rational(self, bits: int) -> Fraction:
        """A reduced fraction, numerator and denominator of at most `bits` bits."""
        parts = self.text().split("/", 2)
        if len(parts) != 2:
            self.refuse("a rational INTEGER/INTEGER")
        numerator, denominator = (self._integer(part, bits) for part in parts)
        if denominator <= 0 or gcd(numerator, denominator) != 1:
            self.refuse("a rational in lowest terms with a positive denominator")
        return Fraction(numerator, denominator)

    def _integer(self, token: str, bits: int) -> int:
        if len(token) > bits // 4 + 1:
            self.refuse(f"integers of at most {bits} bits", f"one of {len(token)} characters")
        if not _INTEGER.fullmatch(token):
            self.refuse("lower-case hexadecimal integers without leading zeros", _shown(token))
        return int(token, 16)
'''

# ==================== identity ====================
SOURCES['identity'] = r'''"""The two comparisons on which theorems end: a polynomial that has to vanish, an objective that has to be small."""

from fractions import Fraction

from .polynomial import Polynomial, monomial_text
from .report import Rejected, decimal_up, magnitude

__all__ = ["require_at_most", "require_zero"]


def require_zero(residual: Polynomial, identity: str, names: tuple[str, str, str], path: str) -> None:
    """Raise Rejected, naming the first coefficient that is not zero, unless `residual` is the zero polynomial."""
    for exponents, value in residual.coefficients().items():
        where = f"{len(residual.numerators)} coefficients, the first at {monomial_text(exponents, names)}"
        raise Rejected(f"identity {identity} fails in {where}, off by about {magnitude(value)}", path)


def require_at_most(objective: Fraction, bound: Fraction) -> None:
    """Raise Rejected unless objective <= bound."""
    if objective > bound:
        excess = magnitude(objective - bound)
        raise Rejected(f"the witness proves {decimal_up(objective)}; the bound is too low by about {excess}", "bound")
'''

# ==================== notation.__init__ ====================
SOURCES['notation.__init__'] = r'''"""The form of claims: for each quantity one module that writes it in words and reads claims about it.

Nothing here decides whether a claim is true, only what it says and which other claims follow from it.
"""
'''

# ==================== notation.algebraic ====================
SOURCES['notation.algebraic'] = r'''"""Irrational bounds: real algebraic numbers that are printed and compared with each other.

A comparison says yes only if it is certain; that a bound is proved is the matter of its theorem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Union

from ..common.number_field import RATIONALS, Element, RealField

__all__ = ["Algebraic", "claimed_value", "exact_value"]

_PRINTED_BITS = (
    48  # of a number in an exact bound; those of a rounding in the interior are longer, and no help to a reader
)
_FIRST_BITS, _LAST_BITS = 128, 8192  # of the enclosures of two numbers that are compared
_DECIMAL_BITS = 64

Comparable = Union[Fraction, "Algebraic"]


@dataclass(frozen=True)
class Algebraic:
    """An element of a real number field, to be compared with rational numbers and elements of other fields.

    >>> field = RealField((-5, 0, 1), Fraction(2), Fraction(3))
    >>> root = Algebraic(field, (Fraction(-1, 4), Fraction(-1, 4)))
    >>> print(root, root <= Fraction("-0.809"), root >= Fraction("-0.809"), root <= root)
    -1/4 - 1/4*sqrt(5) True False True
    """

    field: RealField
    element: Element

    def __str__(self) -> str:
        text = self.field.text(self.element)
        return f"({text})" if " where " in text else text

    def __le__(self, other: Comparable) -> bool:
        return _is_at_most(self, _lifted(other))

    def __ge__(self, other: Comparable) -> bool:
        return _is_at_most(_lifted(other), self)

    def enclosure(self, bits: int = _DECIMAL_BITS) -> tuple[Fraction, Fraction]:
        """A rational interval that contains the number."""
        common = lcm(*(c.denominator for c in self.element))
        low, high = self.field.bounds(tuple(int(c * common) for c in self.element), bits)
        return Fraction(low, common << bits), Fraction(high, common << bits)

    def characteristic(self) -> list[Fraction]:
        """The characteristic polynomial of the multiplication by this number (Faddeev and LeVerrier), from the top.

        >>> field = RealField((-5, 0, 1), Fraction(2), Fraction(3))
        >>> [str(c) for c in Algebraic(field, (Fraction(1, 2), Fraction(1, 2))).characteristic()]
        ['1', '-1', '-1']
        """
        degree = self.field.degree
        result, power = [Fraction(1)], self.element  # power = x · Σ_j c_j x^(k-1-j), whose trace gives c_k
        for k in range(1, degree + 1):
            result.append(-self._trace(power) / k)
            rest = (power[0] + result[-1], *power[1:])
            power = self.field.product(self.element, rest)
        return result

    def _trace(self, element: Element) -> Fraction:
        units = ([Fraction(int(i == k)) for i in range(self.field.degree)] for k in range(self.field.degree))
        return sum((self.field.product(element, tuple(unit))[k] for k, unit in enumerate(units)), Fraction(0))


def exact_value(field: RealField, element: Element) -> Algebraic | None:
    """An irrational number that can be printed; None for rational numbers, and for those of many digits."""
    numbers = [*element, *map(Fraction, field.polynomial), field.low, field.high]
    long = any(max(abs(c.numerator), c.denominator).bit_length() > _PRINTED_BITS for c in numbers)
    return None if long or not any(element[1:]) else Algebraic(field, element)


def claimed_value(
    polynomial: tuple[int, ...], low: Fraction, high: Fraction, element: Sequence[Fraction]
) -> Algebraic | None:
    """The same from the parts of a number, for the second opinion."""
    return exact_value(RealField(polynomial, low, high), tuple(element))


def _lifted(value: Comparable) -> Algebraic:
    return value if isinstance(value, Algebraic) else Algebraic(RATIONALS, (value,))


def _is_at_most(left: Algebraic, right: Algebraic) -> bool:
    """Whether left <= right is certain: enclosures separate them, or they are the same number."""
    equation = left.characteristic()
    may_be_same = not any(_value(equation, right))
    bits = _FIRST_BITS
    while bits <= _LAST_BITS:
        (low, high), (least, most) = left.enclosure(bits), right.enclosure(bits)
        if high <= least or low > most:
            return high <= least
        if may_be_same and _is_monotone(equation, min(low, least), max(high, most)):
            return True  # two roots of one polynomial in an interval where its derivative has no zero
        bits *= 2
    return False


def _value(equation: Sequence[Fraction], number: Algebraic) -> Element:
    """The polynomial at the number, by Horner's rule; the leading coefficient is 1."""
    total = (Fraction(1), *[Fraction(0)] * (number.field.degree - 1))
    for c in equation[1:]:
        total = number.field.product(total, number.element)
        total = (total[0] + c, *total[1:])
    return total


def _is_monotone(equation: Sequence[Fraction], low: Fraction, high: Fraction) -> bool:
    """Whether interval arithmetic shows that the derivative has no zero in [low, high]."""
    slope = (Fraction(0), Fraction(0))
    for k, c in zip(range(len(equation) - 1, 0, -1), equation, strict=False):
        corners = [a * b for a in slope for b in (low, high)]
        slope = (min(corners) + k * c, max(corners) + k * c)
    return not slope[0] <= 0 <= slope[1]
'''

# ==================== notation.average_kissing_numbers ====================
SOURCES['notation.average_kissing_numbers'] = r'''"""average-kissing(n).

The supremum of the average degrees of the contact graphs of finite packings of balls in R^n; average-kissing(n; r_1, …,
r_m): the same for packings with radii among r_1, …, r_m.
"""

from collections.abc import Iterable
from fractions import Fraction

from ..report import Sense
from .numbers import COUNT, NUMBER, reader

__all__ = ["average_kissing_quantity", "read_claim"]


def average_kissing_quantity(n: int, radii: Iterable[Fraction] = ()) -> str:
    """The quantity of a claim; without radii for packings of all radii.

    >>> average_kissing_quantity(3, [Fraction(1), Fraction(3, 2)])
    'average-kissing(3;1,3/2)'
    """
    return f"average-kissing({';'.join(filter(None, [str(n), ','.join(map(str, radii))]))})"


read_claim = reader(rf"average-kissing\s*\({COUNT}(?:;\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)*)?\)", Sense.UPPER)
"""`average-kissing(n) <= bound`, `average-kissing(n; r1, r2) <= bound`."""
'''

# ==================== notation.caps ====================
SOURCES['notation.caps'] = r'''"""Packings of caps of the angles α_i on the unit sphere of R^n, with c_i = cos α_i.

cap-density(n; c_1, …, c_m) is the supremum of their densities, caps(n; c_1, …, c_m; w_1, …, w_m) that of the sums of
the weights w_i of all their caps.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..report import Sense
from .numbers import COUNT, LISTED, NUMBER, OVER_FIELD, reader

__all__ = ["caps_quantity", "read_claim"]

_SIZES = rf"\s*\({COUNT};{LISTED}(?:,{LISTED})*"
_WEIGHTS = rf"\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)*"
_CLAIM = rf"cap-density{_SIZES}\)|caps{_SIZES};{_WEIGHTS}\)|(?:caps|cap-density){OVER_FIELD}"


def caps_quantity(n: int, cosines: Sequence[str], weights: Iterable[Fraction] | None) -> str:
    """The quantity of a claim, from the c_i in words; without weights the density.

    >>> caps_quantity(4, ["3/5", "1/2*sqrt(2)"], [Fraction(3, 2), Fraction(1)])
    'caps(4;3/5,1/2*sqrt(2);3/2,1)'
    >>> caps_quantity(3, ["1/2", "1*a^1 where -1 + -1*a^1 + 1*a^3 = 0, 1 <= a <= 2"], None)
    'cap-density(3;1/2,1*a^1 where -1 + -1*a^1 + 1*a^3 = 0, 1 <= a <= 2)'
    """
    texts, fields = zip(*(cos.partition(" where ")[::2] for cos in cosines), strict=True)
    arguments = [str(n), ",".join(texts), *([] if weights is None else [",".join(map(str, weights))])]
    where = f" where {max(fields)}" if max(fields) else ""
    return f"{'cap-density' if weights is None else 'caps'}({';'.join(arguments)}{where})"


read_claim = reader(_CLAIM, Sense.UPPER)
"""`cap-density(n; c1, c2) <= bound`, `caps(n; c1, c2; w1, w2) <= bound`."""
'''

# ==================== notation.independence_numbers ====================
SOURCES['notation.independence_numbers'] = r'''"""alpha(G; w): the largest weight of an independent set of a graph G, in graph6, with weights w of the vertices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256

from ..report import Claim, Sense
from .numbers import NUMBER, SIZE, bound_pattern, fraction, read_bound

__all__ = ["GraphBound", "graph_quantity", "read_claim"]

_LONGEST = 64  # characters of a graph with its weights

_GRAPH = r"[?-~]{1,200000}|sha256:[0-9a-f]{64}"
_CLAIM = re.compile(
    rf"\s*alpha\s*\(\s*({_GRAPH})((?:\s*[;,]\s*{SIZE})*)\s*\)\s*(<=|=){bound_pattern(Sense.UPPER)}"
    rf"(?:,\s*and\s*>=\s*({NUMBER})\s*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class GraphBound(Claim):
    """`alpha(graph) <= bound`, and `lower`, the weight of an independent set, if one is known.

    `integral` says that the weights are integers: then the independence number is one, and a bound may be rounded down.
    """

    integral: bool = False
    lower: Fraction | None = None

    def __str__(self) -> str:
        below = "" if self.lower is None else f", and >= {self.lower}"
        return f"{super().__str__()}{below}"

    def implies(self, other: Claim) -> bool:
        """Whether `other` is about the same graph and weights, and its bounds follow."""
        whole = replace(self, bound=Fraction(self.bound.__floor__()), exact=None) if self.integral else self
        if not isinstance(other, GraphBound) or not super(GraphBound, whole).implies(other):
            return False
        return other.lower is None or (self.lower is not None and self.lower >= other.lower)


def graph_quantity(graph6: str, weights: Iterable[Fraction] | None) -> str:
    """The quantity of a claim; without weights if they are all 1. A long text is replaced by its hash.

    >>> graph_quantity("Dhc", [Fraction(1), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(1)])
    'alpha(Dhc;1,1/2,1,2,1)'
    """
    text = graph6 if weights is None else f"{graph6};{','.join(map(str, weights))}"
    return f"alpha({text if len(text) <= _LONGEST else 'sha256:' + sha256(text.encode('ascii')).hexdigest()})"


def read_claim(text: str) -> GraphBound | None:
    """`alpha(graph6) <= bound` or `alpha(graph6; w1, w2, …) = value`; None for a text that is no such claim.

    >>> print(read_claim("alpha(Dhc) = 2"))
    alpha(Dhc) <= 2, and >= 2
    >>> print(read_claim("alpha(Dhc) <= sqrt(5)"))
    alpha(Dhc) <= sqrt(5) <= 2.2360679775
    """
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    graph, numbers, relation, bound, below = found.groups()
    weights = [fraction(w) for w in re.split("[;,]", numbers)[1:]] or None
    quantity = f"alpha({graph})" if graph.startswith("sha256:") else graph_quantity(graph, weights)
    if relation == "=" and not re.fullmatch(NUMBER, bound, re.ASCII):
        raise ValueError(f"expected a rational number after alpha(...) =, found {bound[:80]!a}")
    value, exact = read_bound(bound, Sense.UPPER)
    lower = value if relation == "=" else None if below is None else fraction(below)
    return GraphBound(quantity, value, exact=exact, lower=lower)
'''

# ==================== notation.numbers ====================
SOURCES['notation.numbers'] = r'''"""The numbers of claims in words: rationals, surds and elements of number fields, as they are read and normalised."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt

from ..common.number_field import RATIONALS, Element, RealField
from ..report import Claim, Rejected, Sense
from .algebraic import Algebraic

__all__ = [
    "COUNT",
    "LISTED",
    "NUMBER",
    "OVER_FIELD",
    "SIZE",
    "bound_pattern",
    "fraction",
    "read_bound",
    "read_exact",
    "reader",
]

# None of these patterns has a group.
COUNT = r"\s*[0-9]{1,9}\s*"
SIZE = r"[0-9]{1,40}(?:\.[0-9]{1,40}|\s*/\s*[0-9]{1,40})?"
NUMBER = rf"-?{SIZE}"
_SURD = rf"(?:{NUMBER}\s*[+-]\s*|-)?(?:{SIZE}\s*\*\s*)?sqrt\s*\(\s*[0-9]{{1,80}}\s*\)"  # 1/4 - 1/4*sqrt(5)
_SUM = r"[-+*^/. 0-9a]{1,1000}"
_INTERVAL = rf"{NUMBER} <= a <= {NUMBER}"
_EXACT = rf"(?:{_SURD}|\({_SUM} where {_SUM} = 0, {_INTERVAL}\))"  # or (3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2)
LISTED = rf"\s*(?:{NUMBER}|{_SURD})\s*"
OVER_FIELD = rf"\([-+*^/,;. 0-9a]{{1,4000}} where [-+*^/,;. 0-9a]{{1,4000}} = 0, {_INTERVAL}\)"
"""Arguments that are elements of a number field, as a verdict prints them."""

_SURD_PARTS = rf"(?:({NUMBER})\s*(?=[+-])|(?=-|sqrt|[0-9]))([+-]?)\s*(?:({SIZE})\s*\*\s*)?sqrt\s*\(\s*([0-9]+)\s*\)"
_FIELD_PARTS = rf"\(({_SUM}) where ({_SUM}) = 0, ({NUMBER}) <= a <= ({NUMBER})\)"
_POWER = re.compile(rf"([+-]?)(?:({SIZE})(?:\*(?=a)|(?=[+-]|$)))?(a(?:\^([0-9]))?)?", re.ASCII)


def fraction(text: str) -> Fraction:
    """The rational number that matches `NUMBER`."""
    return Fraction(re.sub(r"\s", "", text))


def bound_pattern(sense: Sense) -> str:
    """The bound of a claim, after its relation: a number, or an irrational number and perhaps a decimal after it."""
    return rf"\s*((?:{_EXACT}|{NUMBER})(?:\s*{sense.value}\s*{NUMBER})?)\s*"


def read_bound(text: str, sense: Sense) -> tuple[Fraction, Algebraic | None]:
    """The bound on the safe side, and the exact bound if it is irrational, from a text that matches `bound_pattern`.

    A decimal after an irrational bound says nothing more; it must be on the right side.

    >>> read_bound("sqrt(2) <= 1.5", Sense.UPPER)[1] == read_exact("sqrt(2)")
    True
    """
    found = re.fullmatch(rf"(?:({_EXACT})|({NUMBER}))(?:\s*{sense.value}\s*({NUMBER}))?", text, re.ASCII)
    assert found is not None  # it has matched the same pattern without these groups
    exact, value = None, Fraction(0)
    if found[1] is None:
        value = fraction(found[2])
    else:
        exact = read_exact(found[1])
        value = exact.enclosure()[sense is Sense.UPPER]
        exact = exact if any(exact.element[1:]) else None
    best = value if exact is None else exact
    decimal = best if found[3] is None else fraction(found[3])
    if not (best <= decimal if sense is Sense.UPPER else best >= decimal):
        raise ValueError(f"{found[3]} is on the wrong side of {best} in {text[:80]!a}")
    return value, exact


def reader(name: str, sense: Sense) -> Callable[[str], Claim | None]:
    """What reads the claims that consist of a name with its arguments, a relation and a bound; None for other texts.

    `name` is a pattern without groups. Raises ValueError for a bound that means nothing.
    """
    pattern = re.compile(rf"\s*({name})\s*{sense.value}{bound_pattern(sense)}", re.ASCII)

    def read_claim(text: str) -> Claim | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        bound, exact = read_bound(found[2], sense)
        return Claim(_normalised(found[1]), bound, exact=exact, sense=sense)

    return read_claim


def _normalised(quantity: str) -> str:
    """A name with arguments, without superfluous spaces, its numbers in lowest terms; over a field as it is."""
    if " where " in quantity:
        return quantity
    squeezed = re.sub(r"\s", "", quantity)
    return re.sub(rf"(?<=[(,;])(?:({_SURD})|({NUMBER}))(?=[,;)])", _lowest_terms, squeezed, flags=re.ASCII)


def _lowest_terms(number: re.Match[str]) -> str:
    return str(_surd(number[1])) if number[1] else str(fraction(number[2]))


def read_exact(text: str) -> Algebraic:
    """A number such as 1/4 - 1/4*sqrt(5) or (3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2).

    Raises:
        ValueError: it is not of this form, or no root is isolated by the interval.
    """
    if re.fullmatch(rf"\s*{_SURD}\s*", text, re.ASCII):
        surd = _surd(text)
        root, (start, size) = surd.field.low, surd.element
        return Algebraic(RATIONALS, (start + size * root,)) if root**2 == -surd.field.polynomial[0] else surd
    parts = re.fullmatch(rf"\s*{_FIELD_PARTS}\s*", text, re.ASCII)
    if parts is None:
        raise ValueError(f"expected a number such as -1/4 + 1/4*sqrt(5), found {text[:80]!a}")
    polynomial = _coefficients(parts[2])
    if not 3 <= len(polynomial) <= 9 or polynomial[-1] != 1 or any(c.denominator > 1 for c in polynomial):
        raise ValueError(f"expected a monic integer polynomial of degree 2 to 8, found {parts[2][:80]!a}")
    field = RealField(tuple(int(c) for c in polynomial), fraction(parts[3]), fraction(parts[4]))
    element = _coefficients(parts[1])
    try:
        field.require_isolated()
    except Rejected as reason:
        raise ValueError(f"{reason.reason}: {parts[0][:80]!a}") from None
    if len(element) > field.degree:
        raise ValueError(f"expected powers of a below {field.degree}, found {parts[1][:80]!a}")
    return Algebraic(field, (*element, *[Fraction(0)] * (field.degree - len(element))))


def _surd(text: str) -> Algebraic:
    """C + f sqrt(d) over the field of x^2 - d, even if d is a square."""
    parts = re.fullmatch(rf"\s*{_SURD_PARTS}\s*", text, re.ASCII)
    assert parts is not None  # it has matched the same pattern without groups
    size, d = fraction(parts[3] or "1"), int(parts[4])
    element: Element = (fraction(parts[1] or "0"), -size if parts[2] == "-" else size)
    return Algebraic(RealField((-d, 0, 1), Fraction(isqrt(d)), Fraction(isqrt(d) + 1)), element)


def _coefficients(text: str) -> Sequence[Fraction]:
    """Of 1, a, a², … in a sum such as `16 + -1*a^3`."""
    squeezed = re.sub(r"\s", "", text).replace("+-", "-")
    found: dict[int, Fraction] = {}
    position = 0
    while position < len(squeezed):
        term = _POWER.match(squeezed, position)
        if term is None or not (term[2] or term[3]) or (position and not term[1]):
            raise ValueError(f"expected a sum of powers of a, found {text[:80]!a}")
        power = int(term[4] or 1) if term[3] else 0
        found[power] = found.get(power, Fraction(0)) + Fraction(f"{term[1]}{term[2] or 1}")
        position = term.end()
    return [found.get(k, Fraction(0)) for k in range(max(found, default=0) + 1)]
'''

# ==================== notation.polynomials ====================
SOURCES['notation.polynomials'] = r'''"""Lower bounds of a polynomial in x1, x2, … on a set: the polynomial stands for its infimum, with the conditions."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from ..report import Claim, Sense
from .numbers import SIZE, bound_pattern, read_bound

__all__ = ["polynomial_quantity", "polynomial_text", "read_claim"]

_VARIABLES = 16

_CLAIM = re.compile(rf"([-+*^/. 0-9x]+)>={bound_pattern(Sense.LOWER)}(?:where\s+(.*))?", re.ASCII | re.DOTALL)
_POWER = r"x[1-9][0-9]?(?:\^[0-9]{1,3})?"
_TERM = re.compile(rf"([+-])(?:({SIZE})(?:\*|(?=[+-]|$)))?((?:{_POWER}\*)*{_POWER})?", re.ASCII)


def polynomial_text(terms: Mapping[tuple[int, ...], Fraction]) -> str:
    """A polynomial from its coefficients by exponents; the powers of the last variable come first.

    >>> polynomial_text({(2, 0): Fraction(1), (0, 1): Fraction(-1, 2)})
    '-1/2*x2 + x1^2'
    """
    text = ""
    for exponents, value in sorted(terms.items(), key=lambda term: term[0][::-1], reverse=True):
        powers = [f"x{i + 1}^{e}" if e > 1 else f"x{i + 1}" for i, e in enumerate(exponents) if e]
        shown = "*".join([str(abs(value))] * (abs(value) != 1 or not powers) + powers)
        if value:
            text += (" - " if value < 0 else " + ") + shown if text else ("-" if value < 0 else "") + shown
    return text or "0"


def polynomial_quantity(polynomial: str, inequalities: Iterable[str], equalities: Iterable[str]) -> str:
    """The quantity of a claim, from the polynomials in words.

    >>> polynomial_quantity("x2^2 + x1", ["x1"], ["x2 - 1"])
    'x2^2 + x1 where x1 >= 0, x2 - 1 = 0'
    """
    conditions = [f"{g} >= 0" for g in inequalities] + [f"{h} = 0" for h in equalities]
    return f"{polynomial} where {', '.join(conditions)}" if conditions else polynomial


def read_claim(text: str) -> Claim | None:
    """`polynomial >= bound`, with or without conditions; None for a text that is no such claim.

    >>> print(read_claim("x1^2 - x1 >= -1/4 where x1 >= 0"))
    x1^2 - x1 >= -0.25 where x1 >= 0
    """
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    conditions: dict[str, list[str]] = {">=": [], "=": []}
    for condition in [] if found[3] is None else found[3].split(","):
        left, relation, right = condition.strip().rpartition(">=" if ">=" in condition else "=")
        if not relation or right.strip() != "0":
            raise ValueError(f"expected conditions such as x1 >= 0 or x1^2 - 1 = 0, found {condition.strip()[:80]!a}")
        conditions[relation].append(_normalised(left))
    quantity = polynomial_quantity(_normalised(found[1]), conditions[">="], conditions["="])
    bound, exact = read_bound(found[2], Sense.LOWER)
    return Claim(quantity, bound, exact=exact, sense=Sense.LOWER)


def _normalised(text: str) -> str:
    """A polynomial as `polynomial_text` writes it."""
    squeezed = re.sub(r"\s", "", text)
    signed = squeezed if squeezed.startswith(("+", "-")) else f"+{squeezed}"
    total: dict[tuple[int, ...], Fraction] = {}
    position = 0
    while position < len(signed):
        term = _TERM.match(signed, position)
        if term is None or not (term[2] or term[3]):
            raise ValueError(f"expected a claim about a polynomial such as x1^2 - 1/2*x1*x2, found {squeezed[:80]!a}")
        exponents = [0] * _VARIABLES
        for power in (term[3] or "").split("*") if term[3] else []:
            name, _, exponent = power.partition("^")
            if int(name[1:]) > _VARIABLES:
                raise ValueError(f"expected a claim about x1, ..., x{_VARIABLES}, found {name}")
            exponents[int(name[1:]) - 1] += int(exponent or 1)
        key = tuple(exponents)
        total[key] = total.get(key, Fraction(0)) + Fraction(f"{term[1]}{term[2] or 1}")
        position = term.end()
    return polynomial_text(total)
'''

# ==================== notation.semidefinite_programs ====================
SOURCES['notation.semidefinite_programs'] = r'''"""sdp(sha256:…): the value of a semidefinite program, which is named by the hash of its data."""

import json
from hashlib import sha256

from ..report import Sense
from .numbers import reader

__all__ = ["program_quantity", "read_claim"]


def program_quantity(parameters: object) -> str:
    """The quantity of a claim: the SHA-256 hash of the canonical JSON of the parameters.

    >>> program_quantity({"blocks": [], "costs": [], "entries": []})[:11]
    'sdp(sha256:'
    """
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sdp(sha256:{sha256(text.encode('ascii')).hexdigest()})"


read_claim = reader(r"sdp\(sha256:[0-9a-f]{64}\)", Sense.LOWER)
"""`sdp(sha256:…) >= bound`."""
'''

# ==================== notation.spherical_codes ====================
SOURCES['notation.spherical_codes'] = r'''"""A(n, c): the largest number of unit vectors of R^n whose mutual inner products are at most c."""

from ..report import Sense
from .numbers import COUNT, LISTED, OVER_FIELD, reader

__all__ = ["code_quantity", "read_claim"]


def code_quantity(n: int, cos: str) -> str:
    """The quantity of a claim, from c in words.

    >>> code_quantity(4, "1/4 + 1/4*sqrt(5)")
    'A(4,1/4 + 1/4*sqrt(5))'
    """
    return f"A({n},{cos})"


read_claim = reader(rf"A\s*\({COUNT},{LISTED}\)|A{OVER_FIELD}", Sense.UPPER)
"""`A(n, c) <= bound`."""
'''

# ==================== polynomial ====================
SOURCES['polynomial'] = r'''"""Exact sparse polynomials in at most three variables.

A polynomial is a dictionary of integer numerators over one common denominator. An exponent vector is packed into one
integer (16 bits for each variable), so that multiplying monomials adds integers. Exponents never come near 2^16:
`grammar.Limits` bounds the degree by 4096.

The same class serves for Q[x], for Q[x, y, z] and for rings of invariants such as Q[m1, m2, m3]. `X`, `Y`, `Z` are the
three variables, whatever they stand for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

__all__ = ["BITS", "ONE", "Polynomial", "X", "Y", "Z", "monomial_text", "pack", "unpack"]

BITS = 16
_MASK = (1 << BITS) - 1


@dataclass(frozen=True)
class Polynomial:
    """Σ numerators[code] · monomial(code) / denominator, in lowest terms; equal polynomials compare equal.

    >>> print((X + Y) * (X - Y) * Fraction(1, 2))
    1/2*x^2 + -1/2*y^2
    """

    numerators: Mapping[int, int]
    denominator: int = 1

    def __post_init__(self) -> None:
        common = gcd(self.denominator, *self.numerators.values())
        numerators = {code: value // common for code, value in self.numerators.items() if value}
        object.__setattr__(self, "numerators", numerators)
        object.__setattr__(self, "denominator", self.denominator // common)

    @staticmethod
    def combination(terms: Iterable[tuple[int, "Polynomial"]], denominator: int = 1) -> "Polynomial":
        """Σ factor · polynomial / denominator over all the (factor, polynomial)."""
        pairs = [(factor, polynomial) for factor, polynomial in terms if factor]
        common = lcm(*(polynomial.denominator for _, polynomial in pairs))
        total: defaultdict[int, int] = defaultdict(int)
        for factor, polynomial in pairs:
            factor *= common // polynomial.denominator
            for code, value in polynomial.numerators.items():
                total[code] += factor * value
        return Polynomial(total, common * denominator)

    def __add__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return Polynomial.combination([(1, self), (1, _lift(other))])

    def __sub__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return Polynomial.combination([(1, self), (-1, _lift(other))])

    def __rsub__(self, other: "Fraction | int") -> "Polynomial":
        return Polynomial.combination([(-1, self), (1, _lift(other))])

    def __mul__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        few, many = sorted((self.numerators, _lift(other).numerators), key=len)
        total: defaultdict[int, int] = defaultdict(int)
        for code, value in few.items():
            for other_code, other_value in many.items():
                total[code + other_code] += value * other_value
        return Polynomial(total, self.denominator * _lift(other).denominator)

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "Polynomial":
        result = ONE
        for _ in range(exponent):
            result *= self
        return result

    def substitute(self, variable: int, image: "Polynomial | Fraction") -> "Polynomial":
        """Replace the variable number `variable` (0, 1 or 2) by `image`, by Horner's rule."""
        shift = BITS * variable
        slices: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for code, value in self.numerators.items():
            exponent = code >> shift & _MASK
            slices[exponent][code - (exponent << shift)] = value
        result = Polynomial({})
        for exponent in range(max(slices, default=0), -1, -1):
            result = result * image + Polynomial(slices[exponent], self.denominator)
        return result

    def constant(self) -> Fraction:
        """The value of a constant polynomial."""
        if any(self.numerators.keys() - {0}):
            raise ValueError(f"expected a constant, found {self}")
        return Fraction(self.numerators.get(0, 0), self.denominator)

    def coefficients(self) -> dict[tuple[int, int, int], Fraction]:
        """The nonzero coefficients by exponent vector, those of the first variable first."""
        return {unpack(code): Fraction(value, self.denominator) for code, value in sorted(self.numerators.items())}

    def __str__(self) -> str:
        return " + ".join(f"{value}*{monomial_text(key)}" for key, value in self.coefficients().items()) or "0"


def _lift(value: Polynomial | Fraction | int) -> Polynomial:
    return value if isinstance(value, Polynomial) else Polynomial({0: value.numerator}, value.denominator)


ONE = Polynomial({0: 1})
X = Polynomial({1: 1})
Y = Polynomial({1 << BITS: 1})
Z = Polynomial({1 << 2 * BITS: 1})


def pack(exponents: tuple[int, int, int]) -> int:
    """The code of a monomial."""
    return exponents[0] | exponents[1] << BITS | exponents[2] << 2 * BITS


def unpack(code: int) -> tuple[int, int, int]:
    """The exponents of a code."""
    return code & _MASK, code >> BITS & _MASK, code >> 2 * BITS & _MASK


def monomial_text(exponents: tuple[int, int, int], names: tuple[str, str, str] = ("x", "y", "z")) -> str:
    """A monomial in words; `1` for the empty one.

    >>> monomial_text((2, 0, 1), ("m1", "m2", "m3"))
    'm1^2*m3'
    """
    powers = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, exponents, strict=True) if power]
    return "*".join(powers) or "1"
'''

# ==================== psd ====================
SOURCES['psd'] = r'''"""Positive semidefinite matrices with their proof: a sum of squares, and a correction that Gershgorin controls.

    X = Σ_j 2^(-exponents[j]) c_j c_jᵀ  +  2^(-shift) I  +  A

The first sum is positive semidefinite. A is symmetric, and if no absolute row sum of A exceeds 2^-shift, then by
Gershgorin's theorem every eigenvalue of A is at least -2^-shift, and so 2^(-shift) I + A is positive semidefinite too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul

from .grammar import Limits, Node
from .report import Malformed, Rejected, magnitude

__all__ = ["EXPONENT_LIMIT", "Psd", "Symmetric", "read_correction", "read_denominator", "read_psd"]

EXPONENT_LIMIT = 65536


@dataclass(frozen=True)
class Symmetric:
    """A symmetric matrix: entry (i, j) and (j, i) is rows[i][j] / denominator, j <= i."""

    rows: list[list[int]]
    denominator: int

    def full(self) -> list[list[int]]:
        """The numerators of all the entries."""
        return [row + [below[i] for below in self.rows[i + 1 :]] for i, row in enumerate(self.rows)]


@dataclass(frozen=True)
class Psd:
    """A matrix as above: `columns[j]` starts at the diagonal, `correction` lists (i, j, numerator), i >= j."""

    path: str
    columns: tuple[tuple[int, ...], ...]
    exponents: tuple[int, ...]
    shift: int | None
    correction: tuple[tuple[int, int, int], ...]
    denominator: int

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.columns)

    @property
    def bits(self) -> int:
        """A bound on the bits of an entry of the factor, once the columns are brought to a common exponent."""
        known = [0, *self.exponents, *([] if self.shift is None else [self.shift])]
        widest = max((abs(value).bit_length() for column in self.columns for value in column), default=0)
        return max(known) - min(known) + widest

    def require_proof(self) -> None:
        """Raise Rejected unless every absolute row sum of A is at most 2^-shift."""
        sums: defaultdict[int, int] = defaultdict(int)
        for i, j, value in self.correction:
            sums[i] += abs(value)
            if i != j:
                sums[j] += abs(value)
        if self.shift is None:
            if sums:  # unreachable through read_psd; a matrix built by hand must not escape the proof
                raise Rejected("not proved positive semidefinite: a correction without a shift", self.path)
            return
        for i, total in sorted(sums.items()):
            if total << max(0, self.shift) > self.denominator << max(0, -self.shift):
                size = magnitude(Fraction(total, self.denominator))
                reason = f"row {i} of the correction sums to about {size}, more than 2^{-self.shift}"
                raise Rejected(f"not proved positive semidefinite: {reason}", f"{self.path}.correction")

    def summands(self) -> list[Symmetric]:
        """Symmetric matrices whose sum is X: the dyadic part, and A if there is one. Rejected without a proof."""
        self.require_proof()
        common = max([0, self.shift or 0, *self.exponents])
        plain = [[self.columns[j][i - j] for j in range(i + 1)] for i in range(self.size)]
        scales = [common - exponent for exponent in self.exponents]
        rows = []
        for i, row in enumerate(plain):
            scaled = [value << scale for value, scale in zip(row, scales, strict=False)]
            rows.append([sum(map(mul, scaled, other)) for other in plain[: i + 1]])  # map stops at the shorter row
        if self.shift is not None:
            for i in range(self.size):
                rows[i][i] += 1 << (common - self.shift)
        dyadic = Symmetric(rows, 1 << common)
        if not self.correction:
            return [dyadic]
        small = [[0] * (i + 1) for i in range(self.size)]
        for i, j, value in self.correction:
            small[i][j] = value
        return [dyadic, Symmetric(small, self.denominator)]

    def entry(self, i: int, j: int) -> Fraction:
        """X_ij for j <= i."""
        return sum((Fraction(part.rows[i][j], part.denominator) for part in self.summands()), Fraction(0))


def read_psd(node: Node, size: int) -> Psd:
    """Read a matrix of this size. Raises Malformed; whether it is PSD is left to `Psd.require_proof`."""
    fields = node.record("columns", "correction", "exponents", "shift")
    exponents = tuple(item.small(-EXPONENT_LIMIT, EXPONENT_LIMIT) for item in fields["exponents"].items(size))
    columns = tuple(item.integers(size - j) for j, item in enumerate(fields["columns"].items(size)))
    shift: int | None = None
    entries: tuple[tuple[int, int, int], ...] = ()
    denominator = 1
    if fields["shift"].null != fields["correction"].null:
        fields["shift"].refuse("shift and correction to be both null or both given")
    if not fields["shift"].null:
        shift = fields["shift"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
        listed, denominator = read_correction(fields["correction"], size, 1)
        entries = tuple((i, j, value) for i, j, (value,) in listed)
    matrix = Psd(node.path, columns, exponents, shift, entries, denominator)
    _require_fits(matrix, node.limits)
    return matrix


def read_correction(node: Node, size: int, degree: int) -> tuple[tuple[tuple[int, int, tuple[int, ...]], ...], int]:
    """The entries of A, i >= j, as vectors of `degree` integers, and their common denominator. Raises Malformed."""
    fields = node.record("denominator", "entries")
    entries = []
    previous = (-1, -1)
    for item in fields["entries"].items():
        row, column, numbers = item.items(3)
        i = row.small(0, size - 1)
        j = column.small(0, i)
        entry = numbers.integers(degree)
        if (i, j) <= previous:
            item.refuse(f"positions in strictly increasing order after {previous}", f"{(i, j)}")
        if not any(entry):
            numbers.refuse("an entry that is not zero")
        previous = (i, j)
        entries.append((i, j, entry))
    return tuple(entries), read_denominator(fields["denominator"], [c for _, _, entry in entries for c in entry])


def read_denominator(node: Node, numerators: Sequence[int]) -> int:
    """A positive integer without a factor that is common to it and all numerators; 1 if there are none."""
    value = node.integer()
    if value <= 0 or gcd(value, *numerators) != 1:
        node.refuse("a positive denominator without a factor common to all numerators")
    return value


def _require_fits(matrix: Psd, limits: Limits) -> None:
    """Bound the memory of the factor, brought to a common exponent, and the time to multiply it out."""
    bits = matrix.size * (matrix.size + 1) // 2 * matrix.bits
    if bits > limits.matrix_bits:
        raise Malformed(f"{bits} bits of factor at a common exponent; the limit is {limits.matrix_bits}", matrix.path)
    if (work := matrix.size**3 * (1 + matrix.bits // 64)) > limits.work:
        raise Malformed(f"the factor needs about {work} steps; the limit is {limits.work}", matrix.path)
'''

# ==================== report ====================
SOURCES['report'] = r'''"""Verdicts, claims and reports: what the checker says, and how a bound is printed, never better than it is."""

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
'''

# ==================== theorems.__init__ ====================
SOURCES['theorems.__init__'] = r'''"""One module for each theorem: statement, proof, and the check of a certificate. `THEOREMS` lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..grammar import Node
from ..notation import (
    average_kissing_numbers,
    caps,
    independence_numbers,
    polynomials,
    semidefinite_programs,
    spherical_codes,
)
from ..report import Claim
from . import (
    average_kissing,
    average_kissing_area,
    average_kissing_direct,
    average_kissing_polynomial,
    average_kissing_radii,
    delsarte,
    independence_number,
    nonnegative,
    rankin,
    semidefinite_program,
    spherical_caps,
    three_point,
    three_point_fixed_size,
)

__all__ = ["THEOREMS", "Certificate", "Theorem", "parse_expectation"]


class Certificate(Protocol):
    """A certificate that has been read completely, and not yet believed."""

    @property
    def claim(self) -> Claim:
        """What it claims."""

    def prove(self) -> None:
        """Raise Rejected unless the claim is proved."""


@dataclass(frozen=True)
class Theorem:
    """A theorem by the name that it has in certificates.

    `read` makes a certificate of its parameters, bound and witness, or raises Malformed; `notation` reads claims about
    its quantity in words.
    """

    name: str
    read: Callable[[Node, Node, Node], Certificate]
    notation: Callable[[str], Claim | None]


THEOREMS: tuple[Theorem, ...] = (
    Theorem("three-point", three_point.read, spherical_codes.read_claim),
    Theorem("three-point-fixed-size", three_point_fixed_size.read, spherical_codes.read_claim),
    Theorem("average-kissing", average_kissing.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-radii", average_kissing_radii.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-area", average_kissing_area.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-direct", average_kissing_direct.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-polynomial", average_kissing_polynomial.read, average_kissing_numbers.read_claim),
    Theorem("delsarte", delsarte.read, spherical_codes.read_claim),
    Theorem("rankin", rankin.read, spherical_codes.read_claim),
    Theorem("spherical-caps", spherical_caps.read, caps.read_claim),
    Theorem("nonnegative", nonnegative.read, polynomials.read_claim),
    Theorem("independence-number", independence_number.read, independence_numbers.read_claim),
    Theorem("semidefinite-program", semidefinite_program.read, semidefinite_programs.read_claim),
)


def parse_expectation(text: str) -> Claim:
    """Read a claim as a verdict prints it, or with other spaces, decimals or fractions.

    `A(n, cos) <= bound`, `average-kissing(n) <= bound`, `average-kissing(n; r1, r2) <= bound`,
    `cap-density(n; cos1, cos2) <= bound`, `caps(n; cos1, cos2; w1, w2) <= bound`, `alpha(graph6) <= bound`,
    `alpha(graph6; w1, w2, …) = value`, `sdp(sha256:…) >= bound`, or a lower bound of a polynomial in x1, x2, … with its
    conditions. Cosines and bounds may be of the form 1/4 + 1/4*sqrt(5); those of other fields are copied from a
    verdict. A decimal after an irrational bound says nothing more. Raises ValueError for anything else.

        >>> parse_expectation("A(4, 1/2) <= 24.5").bound
        Fraction(49, 2)
    """
    try:
        for notation in dict.fromkeys(theorem.notation for theorem in THEOREMS):
            claim = notation(text)
            if claim is not None:
                return claim
    except ZeroDivisionError:
        raise ValueError(f"a denominator is zero in {text[:80]!a}") from None
    wanted = '"A(4,1/2) <= 24.2" or "x1^2 - x1 >= -1/4 where x1 >= 0"'
    raise ValueError(f"expected a claim such as {wanted}, found {text[:80]!a}")
'''

# ==================== theorems.average_kissing ====================
SOURCES['theorems.average_kissing'] = r'''"""Upper bounds for average degrees of contact graphs of ball packings, by weights of the neighbours, with their proof.

Statement
---------
With the notions of `common/local_conditions`: let 0 < ξ_0 <= … < 1, let the elements divide the sizes [ξ_0, 1), and
suppose that there is a solution t, w, … of the local conditions. If the weight ω(a) = wᵀφ(a), which is put to 0 below
ξ_0, satisfies ω(a) + ω(1-a) >= 2 for all a in (0,1), then the average degree of every contact graph is at most t.

Proof
-----
Every contact is counted at both of its ends, with weights that add up to 2 or more; so twice the number of contacts is
at most the sum of t over all balls. ∎

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..common.local_conditions import HALVINGS, LocalBound, cells, read_numbers, read_sums_of_squares, require_quick
from ..common.nonpositive import Budget
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..psd import EXPONENT_LIMIT
from ..report import Claim, Rejected, magnitude

__all__ = ["AverageKissing", "Piece", "read", "require_cover"]


@dataclass(frozen=True)
class Piece:
    """The weight on low <= a < high: linear, from `start` to `stop`."""

    low: Fraction
    high: Fraction
    start: Fraction
    stop: Fraction

    def at(self, a: Fraction) -> Fraction:
        """The weight of size a, low <= a <= high; at `high` the limit."""
        return self.start + (self.stop - self.start) * (a - self.low) / (self.high - self.low)


def require_cover(pieces: list[Piece]) -> None:
    """Raise Rejected unless ω(a) + ω(1-a) >= 2 on (0,1), for a weight whose pieces follow each other from 0 to 1."""
    for one in pieces:
        for two in pieces:
            low, high = max(one.low, 1 - two.high), min(one.high, 1 - two.low)
            # the sum is linear where both pieces are; a single point, where each of them begins, is a case of its own
            if low < high or (low == high == one.low == 1 - two.low):
                for a in {low, high}:
                    missing = 2 - one.at(a) - two.at(1 - a)
                    if missing > 0:
                        reason = (
                            f"the weights of the sizes {a} and {1 - a} sum to less than 2 by about {magnitude(missing)}"
                        )
                        raise Rejected(reason, "witness.F[0]")


@dataclass(frozen=True)
class AverageKissing:
    """A certificate of this theorem. `pieces` has a letter for each size: l, linear up to the next, or c, constant."""

    local: LocalBound
    pieces: str
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        degree, nodes = len(self.local.matrices) - 1, len(self.pieces)
        quantity = average_kissing_quantity(self.local.n)
        return Claim(quantity, self.bound, f"average-kissing, degree {degree}, {nodes} nodes")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        local = self.local
        require_at_most(local.top(), self.bound)
        ends = [*local.sizes, Fraction(1)]
        pieces = [Piece(Fraction(0), ends[0], Fraction(0), Fraction(0))]
        for p, (low, high) in enumerate(pairwise(ends)):
            if low < high:
                pieces.append(Piece(low, high, local.top(p), local.top(p + (self.pieces[p] == "l"))))
        require_cover(pieces)
        local.prove(Budget(HALVINGS))


def read(parameters: Node, bound: Node, witness: Node) -> AverageKissing:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "nodes", "pieces")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    sizes, pieces = read_numbers(fields["nodes"], 1), fields["pieces"].text()
    if len(pieces) != len(sizes) or set(pieces) - set("cl") or pieces[-1] != "c":
        fields["pieces"].refuse(f"{len(sizes)} letters c or l, the last one c")
    elements = []
    for p, (low, high) in enumerate(pairwise([*sizes, Fraction(1)])):
        if low > high or (low == high and pieces[p] == "l"):
            fields["nodes"].refuse("increasing sizes, two of them equal only after a piece c", f"{low} before {high}")
        if low < high:
            elements.append((p, p + (pieces[p] == "l")))
    inner = witness.record("F", "slopes")
    slopes = inner["slopes"].record("exponent", "values")
    exponent = slopes["exponent"].small(0, EXPONENT_LIMIT)
    values = slopes["values"].items(sum(1 for _ in cells(tuple(elements))))
    numerators = [item.integer() for item in values]
    if any(value < 0 for value in numerators):
        slopes["values"].refuse("numbers that are not negative")
    matrices = read_sums_of_squares(inner["F"], degree, len(sizes))
    steps = tuple(Fraction(value, 1 << exponent) for value in numerators)
    local = LocalBound("witness", n, sizes, tuple(elements), matrices, steps)
    require_quick(parameters, [local])
    return AverageKissing(local, pieces, bound.rational(limits.bound_bits))
'''

# ==================== theorems.average_kissing_area ====================
SOURCES['theorems.average_kissing_area'] = r'''"""The average kissing number by the area of one cap, with the proof.

Statement
---------
Let n >= 3, 1 < q < 9, ρ = √q, and let σ be the normalised area of the cap of angle θ on S^(n-1), cos θ = (q+3)/(4ρ). If
bound · σ >= 1, then the average degree of every contact graph of a packing of finitely many balls in R^n is at most
`bound`.

Proof
-----
1. Scale a ball of the packing to radius 1 about the origin. A neighbour of radius r, whose *size* is ξ = r/(1+r), meets
   the sphere of radius ρ about the origin in a cap of angle θ(ξ), where
   cos θ(ξ) = (ρ² + (1+r)² - r²)/(2ρ(1+r)) = (q + 1 - (q-1) ξ)/(2ρ), if that is at most 1, and in nothing (or a point)
   otherwise. The caps of different neighbours have no common interior point, so their areas α(ξ) add up to at most 1.
2. Seen from the neighbour, the same contact has the size 1 - ξ, and cos θ(ξ) + cos θ(1-ξ) = (q+3)/(2ρ). As a function
   of c = cos θ > 0 the area is a multiple of J(c) = ∫_c^1 (1-u²)^((n-3)/2) du, put to 0 for c > 1: its derivative
   -(1-c²)^((n-3)/2) does not decrease, so J is convex, and α(ξ) + α(1-ξ) >= 2 α(1/2) = 2σ.
3. Sum over all balls: with N balls and E contacts, 2σ E <= N, and the average degree is 2E/N <= 1/σ <= bound. ∎

(cos θ(ξ) >= 1/ρ > 0 for all sizes. For q = 9 the cap is a point, and for q > 9 it is empty.)

Source
------
Kuperberg & Schramm 1994, for n = 3 and q = 3: 8 + 4√3; Glazyrin 2017, for n = 4 and 5; Dostert, Kolpakov & Oliveira
2020, Theorem 2.2, with D(ρ) <= 1.
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.cap_area import area_above, square_root
from ..grammar import Node
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..report import Claim, Rejected, decimal_up

__all__ = ["CapBound", "area_below", "read"]

_DIMENSION = 64


def area_below(n: int, q: Fraction) -> Fraction:
    """A rational number that is at most σ, and smaller by 2^-100 at most.

    It comes from an upper bound of 1 - σ, the area of the cap of angle π - θ.

    >>> area_below(3, Fraction(4)) == Fraction(1, 16)  # cos θ = 7/8
    True
    """
    cos = (q + 3) / (4 * square_root(q)[0])  # a slightly smaller cap
    return max(Fraction(0), 1 - area_above(n, -cos)) if cos < 1 else Fraction(0)


@dataclass(frozen=True)
class CapBound:
    """A certificate of this theorem: the parameters are all of it."""

    n: int
    rho_squared: Fraction
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        return Claim(average_kissing_quantity(self.n), self.bound, f"average-kissing-area, rho^2 = {self.rho_squared}")

    def prove(self) -> None:
        """Compute the area. Raises Rejected."""
        area = area_below(self.n, self.rho_squared)
        if self.bound * area < 1:
            shown = "no bound" if area == 0 else f"{decimal_up(1 / area)} only"
            raise Rejected(f"the area of the cap proves {shown}", "bound")


def read(parameters: Node, bound: Node, witness: Node) -> CapBound:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    fields = parameters.record("n", "rho_squared")
    n = fields["n"].small(3, _DIMENSION)
    q = fields["rho_squared"].rational(parameters.limits.parameter_bits)
    if not 1 < q < 9:
        fields["rho_squared"].refuse("a rational number strictly between 1 and 9")
    witness.record()
    return CapBound(n, q, bound.rational(parameters.limits.bound_bits))
'''

# ==================== theorems.average_kissing_direct ====================
SOURCES['theorems.average_kissing_direct'] = r'''"""Average degrees of packings with radii from a finite set, by functions of positive type, with the proof.

Statement
---------
Let n >= 3, radii 0 < r_1 < … < r_m, a scale c > 0, w_ij = c (r_i + r_j)², h >= 1. Let X_0, X_1 be positive semidefinite
matrices whose rows are numbered by pairs (i, a), 1 <= i <= m, 0 <= a < h, and d = 2h - 1. Put

    Q(s) = Σ_k Q_k s^k,    (Q_k)_ij = Σ_{a+b=k} X_0[(i,a),(j,b)] / (a! b!) + Σ_{a+b=k-1} X_1[(i,a),(j,b)] / (a! b!),
    p_ij(w) = Σ_k (Q_k)_ij M_k(w),    M_0 = 1,    M_{k+1} = (n/2) (M_k - M_k') - w (M_k - 2 M_k' + M_k'').

Suppose that for some y > 0 and for all i, j

    (i)   p_ij(w) <= 0               for all w >= w_ij,
    (ii)  p_ij(w_ij) <= -y e^(w_ij),
    (iii) p_ii(0) <= y t.

Then the contact graph of every packing of finitely many balls in R^n with radii among r_1, …, r_m has an average degree
of at most t.

Proof
-----
1. Let f_ij(x) = e^(-c|x|²) p_ij(c|x|²). The Gaussian e^(-c|x|²) is ∫ e^(iξ·x) γ(ξ) dξ with a positive density γ, so
   that (-Δ/4c)^k e^(-c|x|²) = ∫ e^(iξ·x) (|ξ|²/4c)^k γ(ξ) dξ. For a function u(w) of w = c|x|², -Δu/4c = -(w u'' +
   (n/2) u'), and for u = M(w) e^(-w) that is the recurrence above. Hence f_ij(x) = ∫ e^(iξ·x) Q_ij(|ξ|²/4c) γ(ξ) dξ.
2. Q(s) is positive semidefinite for s >= 0: with the m × (m h) matrix B(s), B_i,(i,a) = s^a/a!, Q(s) = B X_0 Bᵀ + s B
   X_1 Bᵀ.
3. So for the centres x and the radii number i(x) of a packing, Σ_{x,z} f_i(x)i(z)(x - z) = ∫ v(ξ)* Q v(ξ) γ(ξ) dξ >= 0,
   where v_i(ξ) is the sum of e^(-iξ·x) over the centres x of the balls of radius r_i.
4. Centres are at distances |x - z| >= r_i + r_j, with equality for tangent balls. By (i) no term with x ≠ z is
   positive, by (ii) the terms of tangent balls are at most -y, and by (iii) the terms x = z are at most y t. For N
   balls with E contacts, 0 <= N y t - 2 E y, and 2E/N <= t. ∎

Sources
-------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020, Theorem 4.1; Cohn &
Elkies, New upper bounds on sphere packings I, 2003 (functions of this form); de Laat, Oliveira & Vallentin, Upper
bounds for packings of spheres of several radii, 2014, section 5 (several radii).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import factorial, lcm
from operator import mul

from ..common.enclosures import exponential_above
from ..common.nonpositive import Budget, nonpositive_on_ray
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..psd import Psd, read_psd
from ..report import Claim, Rejected

__all__ = ["Direct", "laplacian_powers", "read"]

_RADII = 16  # at most so many
_FARTHEST = 256  # w_ij is at most this
_HALVINGS = 1 << 18  # of intervals, over all polynomials of one certificate


def laplacian_powers(n: int, degree: int) -> list[list[int]]:
    """The coefficients of 2^k M_k, k <= degree, those of the low powers first; all rows of the same length.

    >>> laplacian_powers(3, 2)  # 1, 3/2 - w, 15/4 - 5 w + w²
    [[1, 0, 0], [3, -2, 0], [15, -20, 4]]
    """
    rows = [[1] + [0] * degree]
    for _ in range(degree):
        last = rows[-1]
        first = [*(k * value for k, value in enumerate(last) if k), 0]  # the derivative
        second = [*(k * value for k, value in enumerate(first) if k), 0]
        inner = [0, *(a - 2 * b + c for a, b, c in zip(last, first, second, strict=True))]
        rows.append([n * (a - b) - 2 * c for a, b, c in zip(last, first, inner, strict=False)])
    return rows


@dataclass(frozen=True)
class Direct:
    """A certificate of this theorem."""

    n: int
    radii: tuple[Fraction, ...]
    scale: Fraction
    matrices: tuple[Psd, Psd]
    bound: Fraction

    @property
    def degree(self) -> int:
        """d, the degree of the p_ij."""
        return 2 * self.half - 1

    @property
    def half(self) -> int:
        """H."""
        return self.matrices[0].size // len(self.radii)

    @property
    def claim(self) -> Claim:
        """average-kissing(n;r_1,…,r_m) <= bound."""
        quantity = average_kissing_quantity(self.n, self.radii)
        return Claim(quantity, self.bound, f"average-kissing-direct, degree {self.degree}")

    def contact(self, i: int, j: int) -> Fraction:
        """w_ij."""
        return self.scale * (self.radii[i] + self.radii[j]) ** 2

    @cached_property
    def polynomials(self) -> tuple[dict[tuple[int, int], list[int]], int]:
        """The numerators of the coefficients of p_ij, j <= i, and their common denominator."""
        h, d = self.half, self.degree
        products = [part for matrix in self.matrices for part in matrix.summands()]  # sums of squares: one part each
        common = lcm(*(part.denominator for part in products))
        weights = [factorial(h - 1) // factorial(a) for a in range(h)]
        # M_k = rows[k] / 2^k; the columns hold the coefficients of one power of w in 2^d M_0, …, 2^d M_d
        table = [[value << d - k for value in row] for k, row in enumerate(laplacian_powers(self.n, d))]
        columns = list(zip(*table, strict=True))
        result = {}
        for i in range(len(self.radii)):
            for j in range(i + 1):
                q = [0] * (d + 1)
                for shift, part in enumerate(products):
                    scale = common // part.denominator
                    for a in range(h):
                        for b in range(h):
                            row, column = i * h + a, j * h + b
                            entry = part.rows[max(row, column)][min(row, column)]
                            q[a + b + shift] += entry * scale * weights[a] * weights[b]
                result[i, j] = [sum(map(mul, q, column)) for column in columns]
        return result, common * factorial(h - 1) ** 2 << d

    def prove(self) -> None:
        """Check (ii) and (iii) first: the least y that (ii) allows has to do for (iii). Raises Rejected."""
        polynomials, denominator = self.polynomials
        smallest: Fraction | None = None
        for (i, j), numerators in polynomials.items():
            w = self.contact(i, j)
            value = Fraction(0)
            for coefficient in reversed(numerators):
                value = value * w + coefficient
            y = -value / denominator / exponential_above(w)
            if y <= 0:
                raise Rejected(f"(ii) fails for the radii number {i} and {j}", "witness")
            smallest = y if smallest is None else min(smallest, y)
        assert smallest is not None  # there is a radius
        for i in range(len(self.radii)):
            proved = Fraction(polynomials[i, i][0], denominator) / smallest
            require_at_most(proved, self.bound)
        budget = Budget(_HALVINGS)
        for (i, j), numerators in polynomials.items():
            if not nonpositive_on_ray(numerators, self.contact(i, j), Fraction(self.degree), budget):
                raise Rejected(f"(i) is not proved for the radii number {i} and {j}", "witness")


def read(parameters: Node, bound: Node, witness: Node) -> Direct:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "radii")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    if degree % 2 == 0:
        fields["degree"].refuse("an odd degree")
    items = fields["radii"].items()
    if not 1 <= len(items) <= _RADII:
        fields["radii"].refuse(f"between 1 and {_RADII} radii", f"{len(items)}")
    radii = tuple(item.rational(limits.parameter_bits) for item in items)
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        fields["radii"].refuse("positive, strictly increasing radii")
    parts = witness.record("X", "scale")
    scale = parts["scale"].rational(limits.parameter_bits)
    if not 0 < scale * (2 * radii[-1]) ** 2 <= _FARTHEST:
        parts["scale"].refuse(f"a positive scale, at most {_FARTHEST} over the square of the largest diameter")
    size = len(radii) * (degree + 1) // 2
    first, second = (read_psd(item, size) for item in parts["X"].items(2))
    for matrix in (first, second):
        if matrix.shift is not None:
            parts["X"].refuse("matrices without shift and correction")
    certificate = Direct(n, radii, scale, (first, second), bound.rational(limits.bound_bits))
    _require_quick(certificate, parameters)
    return certificate


def _require_quick(certificate: Direct, node: Node) -> None:
    """Bound the time to expand the polynomials and to move them to their rays: degree² products for each of them."""
    d, m = certificate.degree, len(certificate.radii)
    widest = (
        2 * max(matrix.bits for matrix in certificate.matrices) + 16 * d
    )  # 16 bits for each factor n, k, or binomial
    radius = max(r.numerator.bit_length() + r.denominator.bit_length() for r in certificate.radii)
    contact = certificate.scale.numerator.bit_length() + certificate.scale.denominator.bit_length() + 4 * radius
    work = m * m * (d + 1) ** 2 * (1 + (widest + d * contact) // 64)
    if work > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")
'''

# ==================== theorems.average_kissing_polynomial ====================
SOURCES['theorems.average_kissing_polynomial'] = r'''"""The average kissing number by weights that are polynomials, with the proof.

Statement
---------
Notions as in `common/local_conditions`, E_k as in `common/orthogonal`. Let 0 < ξ_0 < 1/2, e = 1 or 2, ξ(x) = ξ_0 + (1 -
2 ξ_0) ((1+x)/2)^e for -1 <= x <= 1, so that the sizes [ξ_0, 1 - ξ_0] have a coordinate x; sizes above 1 - ξ_0 get x =
1, and those below ξ_0 none. Let f be a polynomial, b(x) = (1, x, …, x^N), and [[t_0, gᵀ], [g, F_0]], F_1, …, F_d
positive semidefinite matrices. Put g(x) = gᵀ b(x), ω(x) = f(x) g(x), F(t,x,y) = Σ_k E_k(t) b(x)ᵀ F_k b(y). Suppose that
t_0 <= bound and

    (f)  f(x) >= 0                          for -1 <= x <= 1,
    (L)  f(x) F(1,x,x) <= g(x)              for -1 <= x <= 1,
    (P)  F(t,x,y) <= 0                      for -1 <= x, y <= 1, -1 <= t <= 1 - 2 ξ(x) ξ(y),
    (W)  ω(x) + ω(y) >= 2                   for -1 <= x, y <= 1 with ξ(x) + ξ(y) = 1,
    (E)  ω(1) >= 2.

Then the average degree of every contact graph in R^n is at most `bound`.

(P) is proved by an identity in Q[t,p,q], p = x + y, q = x y, with positive semidefinite A_j, B_j:

    F + Σ_{j=0..6} s_j (m_jᵀ A_j m_j + (p² - 4q) m'_jᵀ B_j m'_j) = 0,
    s_0 = 1, s_1 = 2 - p² + 2q, s_2 = 1 - p² + 2q + q², s_3 = 1 + t, s_4 = 1 - 2 ξ(x) ξ(y) - t, s_5 = s_3 s_4,
    s_6 = 1 - q²,

m_j and m'_j vectors of monomials.

Proof
-----
1. In the domain of (P) all s_j >= 0: s_1 = (1-x²) + (1-y²), s_2 = (1-x²)(1-y²), s_6 = 1 - x²y²; and p² - 4q = (x-y)².
   So F <= 0 there.
2. Around a ball, take the neighbours of size at least ξ_0, with coordinates x_i and unit vectors u_i towards them. By
   the law of cosines u_i·u_j <= 1 - 2 a_i a_j for their sizes a_i >= ξ(x_i), hence <= 1 - 2 ξ(x_i) ξ(x_j), and
   F(u_i·u_j, x_i, x_j) <= 0 for i ≠ j.
3. Let v = Σ_i f(x_i) b(x_i) and W = Σ_i ω(x_i) = gᵀ v. As the E_k(u_i·u_j) are positive definite, E_0 = 1, and f >= 0
   by (f), vᵀ F_0 v <= Σ_{i,j} f(x_i) f(x_j) F(u_i·u_j, x_i, x_j) <= Σ_i f(x_i)² F(1, x_i, x_i) <= Σ_i f(x_i) g(x_i) =
   W, by (L). And W² <= t_0 vᵀ F_0 v, since the first matrix is positive semidefinite. So W² <= t_0 W with t_0 >= 0, a
   diagonal entry of that matrix: W is not negative, and W <= t_0.
4. Every contact is counted at its two ends with sizes a and 1 - a: with weights that add up to 2 or more, by (W) if
   ξ_0 <= a <= 1 - ξ_0, and by (E) otherwise, when one end has the coordinate 1 and the other no weight. Twice the
   number of contacts is at most t_0 times the number of balls. ∎

The pairs in (W), for z in [-1, 1]: (z, -z) if e = 1. If e = 2 the points ((1+x)/2, (1+y)/2) lie on the unit circle, and
with s = (1+z)/2, x = (1 - 3s²)/(1 + s²) and y = (4s - 1 - s²)/(1 + s²) are all of them.

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020, Theorem 3.1, section
3.2 and appendix C, where ω = f² is an upper bound of the area of a cap; that g may be a variable is an addition.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from ..common.gram import gram_sum
from ..common.nonpositive import Budget, nonpositive
from ..common.orthogonal import dyadic_gegenbauer
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..polynomial import ONE, Polynomial, X, Y, Z, pack
from ..psd import Psd, Symmetric, read_psd
from ..report import Claim, Rejected

__all__ = ["PolynomialWeights", "read", "swap_basis"]

_ORDER = 20  # N is at most this
_HALVINGS = 1 << 18
_DEGREES = ((0, 0), (0, 2), (0, 2), (1, 0), (1, 1), (2, 1), (0, 2))  # of the s_j, in t and in x, for e = 1


def swap_basis(in_t: int, in_x: int) -> list[int]:
    """The codes of t^i p^j q^k, i <= in_t, j + k <= in_x, ordered by i, then by j + k, then by k.

    >>> swap_basis(0, 1) == [pack((0, 0, 0)), pack((0, 1, 0)), pack((0, 0, 1))]
    True
    """
    return [pack((i, total - k, k)) for i in range(in_t + 1) for total in range(in_x + 1) for k in range(total + 1)]


def univariate(polynomial: Polynomial) -> list[int]:
    """The numerators of a polynomial in the first variable alone."""
    return [polynomial.numerators.get(k, 0) for k in range(max(polynomial.numerators, default=0) + 1)]


@dataclass(frozen=True)
class PolynomialWeights:
    """A certificate of this theorem."""

    n: int
    first: Fraction
    power: int
    root: Polynomial
    matrices: list[Psd]
    squares: dict[str, list[Psd]]
    bound: Fraction

    @property
    def degree(self) -> int:
        """D."""
        return len(self.matrices) - 1

    @property
    def order(self) -> int:
        """N."""
        return self.matrices[0].size - 2

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        theorem = f"average-kissing-polynomial, degree {self.degree}, order {self.order}"
        return Claim(average_kissing_quantity(self.n), self.bound, theorem)

    @cached_property
    def entries(self) -> list[list[Symmetric]]:
        """For each k the matrices whose sum is F_k; that of k = 0 still has its border."""
        return [matrix.summands() for matrix in self.matrices]

    def top(self) -> Fraction:
        """t_0."""
        return self.matrices[0].entry(0, 0)

    def weight(self) -> Polynomial:
        """G."""
        total = Polynomial({})
        for part in self.entries[0]:
            total += Polynomial({i: part.rows[i + 1][0] for i in range(self.order + 1)}, part.denominator)
        return total

    def form(self, k: int, sums: list[Polynomial], product: Polynomial) -> Polynomial:
        """b(x)ᵀ F_k b(y), from the power sums x^m + y^m and x y."""
        offset = int(k == 0)
        total = Polynomial({})
        for part in self.entries[k]:
            for j in range(self.order + 1):
                row = [part.rows[i + offset][j + offset] for i in range(j, self.order + 1)]
                row = [value if m else 0 for m, value in enumerate(row)]
                here = Polynomial.combination(zip(row, sums, strict=False)) + part.rows[j + offset][j + offset]
                total += product**j * here * Fraction(1, part.denominator)
        return total

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        require_at_most(self.top(), self.bound)
        for matrix in [*self.matrices, *(matrix for blocks in self.squares.values() for matrix in blocks)]:
            matrix.require_proof()
        budget, f, g = Budget(_HALVINGS), self.root, self.weight()
        self._require(-1 * f, "(f)", budget)
        coefficients = dyadic_gegenbauer(self.n, self.degree)
        powers = [2 * X**m for m in range(self.order + 1)]
        diagonal = Polynomial({})
        for k, row in enumerate(coefficients):
            diagonal += self.form(k, powers, X**2) * sum(row)
        self._require(f * diagonal - g, "(L)", budget)
        common = ONE if self.power == 1 else ONE + Fraction(1, 4) * (X + 1) ** 2
        total = 2 * common ** (2 * self.order)
        for x in (X, -1 * X) if self.power == 1 else (4 - 3 * common, 2 * X + 2 - common):
            total -= self._moved(f, x, common) * self._moved(g, x, common)
        self._require(total, "(W)", budget)
        end = f.substitute(0, Fraction(1)) * g.substitute(0, Fraction(1))
        if end.constant() < 2:
            raise Rejected("(E) fails: the weight of the largest neighbours is less than 2", "witness")
        require_zero(self.residual(coefficients), "(P)", ("t", "p", "q"), "witness")

    def _moved(self, polynomial: Polynomial, x: Polynomial, common: Polynomial) -> Polynomial:
        """The polynomial at x / common, times common^N."""
        total = Polynomial({})
        for k, value in enumerate(univariate(polynomial)):
            total += x**k * common ** (self.order - k) * Fraction(value, polynomial.denominator)
        return total

    def _require(self, polynomial: Polynomial, what: str, budget: Budget) -> None:
        if not nonpositive(univariate(polynomial), Fraction(-1), Fraction(1), budget):
            raise Rejected(f"{what} is not proved", "witness")

    def residual(self, coefficients: list[list[Fraction]]) -> Polynomial:
        """The left-hand side of the identity, in Q[t, p, q]."""
        p, q = Y, Z
        sums = [2 * ONE, p]
        for _ in range(self.order - 1):
            sums.append(p * sums[-1] - q * sums[-2])
        total = Polynomial({})
        for k, row in enumerate(coefficients):
            denominator = lcm(*(value.denominator for value in row))
            in_t = Polynomial({i: int(value * denominator) for i, value in enumerate(row)}, denominator)
            total += in_t * self.form(k, sums, q)
        width = 1 - 2 * self.first
        halves = Fraction(1, 2) * p + 1 if self.power == 1 else Fraction(1, 4) * (p**2 - 2 * q + 2 * p + 2)
        product = self.first**2 + self.first * width * halves + width**2 * (Fraction(1, 4) * (p + q + 1)) ** self.power
        low, high = X + 1, 1 - 2 * product - X
        interval = (2 - p**2 + 2 * q, 1 - p**2 + 2 * q + q**2)
        for j, multiplier in enumerate((ONE, *interval, low, high, low * high, 1 - q**2)):
            squares = Polynomial({})
            for kind, factor in (("trv", ONE), ("alt", p**2 - 4 * q)):
                basis = swap_basis(*half_degrees(self.degree, self.order, self.power, j, kind))
                squares += factor * gram_sum(self.squares[kind][j].summands(), basis, [ONE])
            total += multiplier * squares
        return total


def half_degrees(degree: int, order: int, power: int, j: int, kind: str) -> tuple[int, int]:
    """The degrees in t and in x of the monomials m_j (kind trv) or m'_j (alt)."""
    in_t, in_x = _DEGREES[j]
    return (degree - in_t) // 2, (order - in_x * (power if j in (4, 5) else 1)) // 2 - (kind == "alt")


def read(parameters: Node, bound: Node, witness: Node) -> PolynomialWeights:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "first", "n", "order", "power")
    n, power = fields["n"].small(3, limits.dimension), fields["power"].small(1, 2)
    degree, order = fields["degree"].small(2, limits.degree), fields["order"].small(2, _ORDER)
    for name, value in (("degree", degree), ("order", order)):
        if value % 2:
            fields[name].refuse("an even number")
    first = fields["first"].rational(limits.parameter_bits)
    if not 0 < first < Fraction(1, 2):
        fields["first"].refuse("a size strictly between 0 and 1/2")
    parts = witness.record("F", "Q", "f")
    values = [item.rational(limits.parameter_bits) for item in parts["f"].items(order + 1)]
    if not any(values):
        parts["f"].refuse("a polynomial that is not zero")
    denominator = lcm(*(value.denominator for value in values))
    root = Polynomial({k: int(value * denominator) for k, value in enumerate(values)}, denominator)
    matrices = [read_psd(item, order + 1 + (k == 0)) for k, item in enumerate(parts["F"].items(degree + 1))]
    families = parts["Q"].record("alt", "trv")
    squares = {
        kind: [
            read_psd(item, len(swap_basis(*half_degrees(degree, order, power, j, kind))))
            for j, item in enumerate(families[kind].items(len(_DEGREES)))
        ]
        for kind in families
    }
    work = (2 * order + 1) ** 4 * (degree + 1) ** 2
    widest = (
        max(matrix.bits for blocks in (matrices, *squares.values()) for matrix in blocks) + denominator.bit_length()
    )
    if work * (1 + widest // 32) > limits.work:
        parameters.refuse(f"a problem of at most {limits.work} steps", f"one of about {work * (1 + widest // 32)}")
    return PolynomialWeights(n, first, power, root, matrices, squares, bound.rational(limits.bound_bits))
'''

# ==================== theorems.average_kissing_radii ====================
SOURCES['theorems.average_kissing_radii'] = r'''"""Upper bounds for average degrees of contact graphs of ball packings with given radii, with their proof.

Statement
---------
With the notions of `common/local_conditions`: for packings with radii among r_1, …, r_m, let there be for each radius
r_c a solution of the local conditions with the elements (p, p), ξ_p = r_p/(r_c+r_p), with t_c and weights w_cp. If w_cp
+ w_pc >= 2 for all c, p, then the average degree of every contact graph is at most the largest t_c.

Proof
-----
Every contact is counted at both of its ends, with weights that add up to 2 or more; so twice the number of contacts is
at most the sum of the t_c over all balls, c the number of their radius, and all t_c may be replaced by the largest. ∎

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..common.local_conditions import HALVINGS, LocalBound, read_numbers, read_sums_of_squares, require_quick
from ..common.nonpositive import Budget
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..report import Claim, Rejected

__all__ = ["AverageKissingRadii", "read"]


@dataclass(frozen=True)
class AverageKissingRadii:
    """A certificate of this theorem."""

    locals: tuple[LocalBound, ...]
    radii: tuple[Fraction, ...]
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n;r_1,…,r_m) <= bound."""
        first = self.locals[0]
        quantity = average_kissing_quantity(first.n, self.radii)
        return Claim(quantity, self.bound, f"average-kissing-radii, degree {len(first.matrices) - 1}")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        budget = Budget(HALVINGS)
        for c, local in enumerate(self.locals):
            require_at_most(local.top(), self.bound)
            for p in range(c + 1):
                if local.top(p) + self.locals[p].top(c) < 2:
                    raise Rejected(f"the weights of the radii number {c} and {p} sum to less than 2", local.path)
        for local in self.locals:
            local.prove(budget)


def read(parameters: Node, bound: Node, witness: Node) -> AverageKissingRadii:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "radii")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    radii = read_numbers(fields["radii"], None)
    if any(low >= high for low, high in pairwise(radii)):
        fields["radii"].refuse("strictly increasing radii")
    points = tuple((p, p) for p in range(len(radii)))
    locals_ = []
    for r, item in zip(radii, witness.record("centres")["centres"].items(len(radii)), strict=True):
        matrices = read_sums_of_squares(item.record("F")["F"], degree, len(radii))
        locals_.append(LocalBound(item.path, n, tuple(s / (r + s) for s in radii), points, matrices, ()))
    require_quick(parameters, locals_)
    return AverageKissingRadii(tuple(locals_), radii, bound.rational(limits.bound_bits))
'''

# ==================== theorems.delsarte ====================
SOURCES['theorems.delsarte'] = r'''"""Delsarte's linear programming bound for spherical codes, with its proof, over Q or a real number field.

Statement
---------
Let n >= 2, -1 < c < 1. Suppose that there are numbers f_k >= 0, k = 1..2d, and positive semidefinite matrices Q_0, Q_1
with

    (i)   1 + Σ_k f_k P_k^n(u) + <V_0, Q_0> + (u+1)(c-u) <V_0, Q_1> = 0    in R[u],

V_0 = (T_i(u) T_j(u)), T_i Chebyshev's polynomials. Then every set C of unit vectors of R^n whose mutual inner products
are at most c has at most 1 + Σ_k f_k points: A(n, c) <= that number.

Proof
-----
Let N >= 1 be the size of a finite C and f = 1 + Σ f_k P_k^n. Gegenbauer's P_k^n, P_k^n(1) = 1, is a positive definite
function on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, so Σ_{x,y} f(x·y) >= N². For x ≠ y, -1 <= x·y <= c, so
(u+1)(c-u) >= 0 at u = x·y, and f(u) <= 0 by (i). Hence N² <= N f(1) = N (1 + Σ f_k). There is no infinite C, as this
bounds the finite ones. ∎

The numbers lie in Q(α), see `number_field`; (i) is checked in Q[u, α] modulo the polynomial of α, where Y stands for α.

Sources
-------
Delsarte, Goethals & Seidel 1977, Theorem 4.3; Cohn & Kumar 2007, Table 1 (the codes for which the bound is sharp).
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import Face, read_face
from ..common.gram import square_form
from ..common.number_field import Element, RealField, read_element, read_field
from ..common.orthogonal import gegenbauer
from ..grammar import Node
from ..identity import require_zero
from ..notation.algebraic import exact_value
from ..notation.spherical_codes import code_quantity
from ..polynomial import BITS, ONE, Polynomial, X, Y
from ..psd import read_denominator
from ..report import Claim, Rejected, decimal_up

__all__ = ["Delsarte", "read"]


@dataclass(frozen=True)
class Delsarte:
    """A certificate of this theorem."""

    n: int
    cos: Element
    degree: int
    field: RealField
    bound: Fraction
    f: tuple[tuple[int, ...], ...]
    denominator: int
    q: list[Face]

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        quantity = code_quantity(self.n, self.field.text(self.cos))
        return Claim(
            quantity, self.bound, f"Delsarte, degree {2 * self.degree}", exact_value(self.field, self.objective)
        )

    @property
    def objective(self) -> Element:
        """1 + Σ f_k."""
        sums = [Fraction(sum(column), self.denominator) for column in zip(*self.f, strict=True)]
        return (1 + sums[0], *sums[1:])

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        one, minus_one = self.field.rational(Fraction(1)), self.field.rational(Fraction(-1))
        if not (self.field.at_least(self.cos, minus_one) and self.field.at_least(one, self.cos)):
            raise Rejected("the cosine is not between -1 and 1", "parameters.cos")  # equality is harmless
        for index, value in enumerate(self.f):
            if not self.field.is_nonnegative(value):
                raise Rejected(f"f_{index + 1} is negative", f"witness.f.values[{index}]")
        for matrix in self.q:
            matrix.require_proof()
        require_zero(self.residual(), "(i)", ("u", "a", ""), "witness")
        objective = self.objective
        if not self.field.at_least(self.field.rational(self.bound), objective):
            shown = f"more than {decimal_up(self.bound)}" if any(objective[1:]) else decimal_up(objective[0])
            raise Rejected(f"the witness proves {shown}; the bound is too low", "bound")

    def residual(self) -> Polynomial:
        """The left-hand side of (i), reduced modulo the polynomial of α."""
        total = ONE
        terms = gegenbauer(self.n, 2 * self.degree)[1:]
        for k in range(self.field.degree):
            weighted = zip((value[k] for value in self.f), terms, strict=True)
            total += Y**k * Polynomial.combination(weighted, self.denominator)
        sums = [_squares(matrix) for matrix in self.q]
        cos = Polynomial.combination(
            (1, Polynomial({k << BITS: c.numerator}, c.denominator)) for k, c in enumerate(self.cos)
        )
        return self._reduced(total + sums[0] + (X + 1) * (cos - X) * sums[1])

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """Replace powers of α from α^m on. Products of at most three elements occur: α^(3m-3) is the last power."""
        if self.field.degree == 1:
            return polynomial
        slices: dict[int, dict[int, int]] = {}
        for code, value in polynomial.numerators.items():
            power = code >> BITS
            slices.setdefault(power, {})[code - (power << BITS)] = value
        images = [Polynomial({k << BITS: c for k, c in enumerate(row)}) for row in self.field.powers]
        return Polynomial.combination(
            (1, images[power] * Polynomial(part, polynomial.denominator)) for power, part in slices.items()
        )


def _squares(matrix: Face) -> Polynomial:
    """Σ_ij X_ij T_i(u) T_j(u) in Q[u, α]."""
    return Polynomial.combination((1, Y**k * square_form([part])) for k, part in enumerate(matrix.parts))


def read(parameters: Node, bound: Node, witness: Node) -> Delsarte:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "field", "n")
    n = fields["n"].small(2, limits.dimension)
    degree = fields["degree"].small(1, limits.degree)
    field = read_field(fields["field"])
    cos = read_element(fields["cos"], field, limits.parameter_bits)
    parts = witness.record("Q", "f")
    values = parts["f"].record("denominator", "values")
    numbers = tuple(item.integers(field.degree) for item in values["values"].items(2 * degree))
    denominator = read_denominator(values["denominator"], [c for number in numbers for c in number])
    matrices = [read_face(item, degree + 1 - index, field) for index, item in enumerate(parts["Q"].items(2))]
    return Delsarte(n, cos, degree, field, bound.rational(limits.bound_bits), numbers, denominator, matrices)
'''

# ==================== theorems.independence_number ====================
SOURCES['theorems.independence_number'] = r'''"""Upper bounds for the weighted independence number of a graph, with their proof; lower bounds by an independent set.

Statement
---------
Let G be a graph on the vertices 0..n-1 with weights w_v, and for a set S of vertices let x^S(I) = 1 if S ⊆ I and 0
otherwise, a function of the independent sets I of G. Let Γ be a group of automorphisms of (G, w). Suppose that the two
sides of

    λ - Σ_v w_v x^{v} = Σ_t b_tᵀ X_t b_t + Σ_S n_S x^S + Σ_k m_k q_k

have the same sum of coefficients over each orbit of Γ on the nonempty independent sets, and that the constant of the
right-hand side is at most λ. Here the b_t are vectors of combinations of functions x^S, multiplied by x^S x^T = x^(S ∪
T), which is 0 if S ∪ T is not independent; the X_t are positive semidefinite, n_S >= 0, m_k >= 0, and the q_k are
combinations of functions x^S that are >= 0 at every independent set. Then every independent set I has weight Σ_{v in I}
w_v <= λ.

Proof
-----
Each term on the right is >= 0 at every independent set: its value there is that of a square, of x^S >= 0, of q_k.
Automorphisms permute the independent sets, so the mean of the right-hand side over Γ, too, is >= 0 everywhere. A mean
over Γ depends only on the sums of the coefficients over orbits; so it is the mean of the left-hand side, which is
Γ-invariant, minus a constant >= 0. Hence λ - Σ_{v in I} w_v >= 0. ∎

Γ is given by generators, each of which is checked; it may be trivial. That q_k >= 0 is checked at all independent
subsets of the vertices that occur in it, of which there are at most sixteen. λ, X_t, n_S, m_k lie in Q(α), see
`number_field`.

If the weights are integers, so is the independence number, and a bound below N + 1 implies the bound N.

Sources
-------
Lovász 1979 (the theta number); Schrijver 1979 and McEliece, Rodemich & Rumsey 1978 (with n_S); Padberg 1989
(inequalities q_k); Lasserre 2002, Laurent 2003 (sets of several vertices); McKay (the graph6 text).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm

from ..common.faces import Face, read_face
from ..common.number_field import Element, RealField, read_element, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.independence_numbers import GraphBound, graph_quantity
from ..psd import read_denominator
from ..report import Malformed, Rejected, magnitude

__all__ = ["Independence", "read"]

_VERTEX_LIMIT = 1024
_SUPPORT_LIMIT = 16  # vertices of an inequality
_SET_LIMIT = 32  # vertices of a set
_WORK_LIMIT = 1 << 24  # products of two functions x^S, values of inequalities: a minute or two
_ORBIT_LIMIT = 1 << 22  # images of sets under generators

Function = dict[int, int]  # numerators by set; the set S is the integer Σ_{v in S} 2^v


@dataclass(frozen=True)
class Square:
    """bᵀ X b; the functions b have a common denominator."""

    basis: list[Function]
    denominator: int
    matrix: Face


@dataclass(frozen=True)
class Inequality:
    """m q, q >= 0 at all independent sets; q is the function divided by the denominator."""

    path: str
    multiplier: Element
    function: Function
    denominator: int


@dataclass(frozen=True)
class Independence:
    """A certificate of this theorem."""

    graph6: str
    neighbours: list[int]
    weights: list[Fraction]
    weighted: bool
    bound: Fraction
    field: RealField
    value: Element
    generators: list[tuple[int, ...]]
    squares: list[Square]
    sets: list[int]
    multiples: list[Element]
    inequalities: list[Inequality]
    independent: list[int] | None

    @property
    def claim(self) -> GraphBound:
        """alpha(G) <= bound."""
        quantity = graph_quantity(self.graph6, self.weights if self.weighted else None)
        lower = None if self.independent is None else sum((self.weights[v] for v in self.independent), Fraction(0))
        theorem = f"squares of functions on independent sets, which give the bound {self.field.text(self.value)}"
        integral = all(w.denominator == 1 for w in self.weights)
        exact = exact_value(self.field, self.value)
        return GraphBound(quantity, self.bound, theorem, exact, integral=integral, lower=lower)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        if not self.field.at_least(self.field.rational(self.bound), self.value):
            raise Rejected("the bound that is proved is larger", "bound")
        if self.independent is not None and not self._is_independent(_set(self.independent)):
            raise Rejected("two of the vertices are adjacent", "witness.independent")
        for index, images in enumerate(self.generators):
            for v, image in enumerate(images):
                if (
                    self.weights[image] != self.weights[v]
                    or _image(images, self.neighbours[v]) != self.neighbours[image]
                ):
                    raise Rejected(
                        f"not an automorphism of the graph, at the vertex {v}", f"witness.generators[{index}]"
                    )
        for vertices, multiple in zip(self.sets, self.multiples, strict=True):
            self._require_nonnegative(multiple, "witness.sets", f"the multiple of the set {list(_members(vertices))}")
        for inequality in self.inequalities:
            self._require_nonnegative(inequality.multiplier, inequality.path, "the multiplier")
            self._require_valid(inequality)
        for square in self.squares:
            square.matrix.require_proof()
        self._require_identity()

    def _require_nonnegative(self, value: Element, path: str, what: str) -> None:
        if not self.field.at_least(value, self.field.rational(Fraction(0))):
            raise Rejected(f"{what} is negative", path)

    def _is_independent(self, vertices: int) -> bool:
        return not any(self.neighbours[v] & vertices for v in _members(vertices))

    def _require_valid(self, inequality: Inequality) -> None:
        """Q at all independent subsets of its support; at larger independent sets it has the same values."""
        terms = list(inequality.function.items())
        support = 0
        for vertices, _ in terms:
            support |= vertices
        pending = [(0, support)]  # an independent set, and the vertices that may be added to it
        while pending:
            chosen, free = pending.pop()
            if sum(c for vertices, c in terms if not vertices & ~chosen) < 0:
                raise Rejected(f"the inequality fails at the independent set {list(_members(chosen))}", inequality.path)
            for v in _members(free):
                free ^= 1 << v
                pending.append((chosen | 1 << v, free & ~self.neighbours[v]))

    @cached_property
    def total(self) -> dict[int, list[Fraction]]:
        """The coefficients of the right-hand side minus those of the left-hand side without λ, for independent sets."""
        degree = self.field.degree
        total: defaultdict[int, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * degree)
        known: dict[int, bool] = {}

        def add(vertices: int, value: Fraction, power: int = 0) -> None:
            if vertices not in known:
                known[vertices] = self._is_independent(vertices)
            if known[vertices]:
                total[vertices][power] += value

        for v, weight in enumerate(self.weights):
            add(1 << v, weight)
        for square in self.squares:
            for power, part in enumerate(square.matrix.parts):
                sums: defaultdict[int, int] = defaultdict(int)
                for i, row in enumerate(part.rows):
                    for j, entry in enumerate(row):
                        for s, a in square.basis[i].items() if entry else ():
                            factor = a * entry * (1 if i == j else 2)
                            for t, b in square.basis[j].items():
                                sums[s | t] += factor * b
                denominator = part.denominator * square.denominator**2
                for vertices, value in sums.items():
                    add(vertices, Fraction(value, denominator), power)
        for vertices, multiple in zip(self.sets, self.multiples, strict=True):
            for power, c in enumerate(multiple):
                add(vertices, c, power)
        for inequality in self.inequalities:
            for vertices, value in inequality.function.items():
                for power, c in enumerate(inequality.multiplier):
                    add(vertices, c * value / inequality.denominator, power)
        return total

    def _require_identity(self) -> None:
        rest = dict(self.total)
        constant = tuple(rest.pop(0, self.field.rational(Fraction(0))))
        if not self.field.at_least(self.value, constant):
            raise Rejected("the constant of the right-hand side is larger", "witness.value")
        looked_at = 0
        while rest:
            start, sums = rest.popitem()
            reached, border = {start}, [start]
            while border:
                vertices = border.pop()
                for images in self.generators:
                    other = _image(images, vertices)
                    if other not in reached:
                        reached.add(other)
                        border.append(other)
                        if other in rest:
                            sums = [a + b for a, b in zip(sums, rest.pop(other), strict=True)]
                if (looked_at + len(reached)) * len(self.generators) > _ORBIT_LIMIT:
                    raise Malformed(f"orbits with more than {_ORBIT_LIMIT} images of sets", "witness.generators")
            looked_at += len(reached)
            if any(sums):
                where = (
                    f"the orbit of the set {list(_members(start))}, off by about {magnitude(next(filter(None, sums)))}"
                )
                raise Rejected(f"the identity fails at {where}", "witness")


def _members(vertices: int) -> Iterator[int]:
    while vertices:
        low = vertices & -vertices
        yield low.bit_length() - 1
        vertices ^= low


def _set(vertices: list[int] | tuple[int, ...]) -> int:
    return sum(1 << v for v in vertices)


def _image(images: tuple[int, ...], vertices: int) -> int:
    return sum(1 << images[v] for v in _members(vertices))


def read(parameters: Node, bound: Node, witness: Node) -> Independence:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("graph", "weights")
    neighbours = _read_graph6(fields["graph"])
    n = len(neighbours)
    weights = [Fraction(1)] * n
    if not fields["weights"].null:
        weights = [item.rational(limits.parameter_bits) for item in fields["weights"].items(n)]
    parts = witness.record("field", "generators", "independent", "inequalities", "sets", "squares", "value")
    field = read_field(parts["field"])
    sets = parts["sets"].record("sets", "values")
    listed = [_set(_read_vertices(item, item.text().count(" ") + 1, n)) for item in sets["sets"].items()]
    values = sets["values"].record("denominator", "values")
    numbers = [item.integers(field.degree) for item in values["values"].items(len(listed))]
    denominator = read_denominator(values["denominator"], [c for number in numbers for c in number])
    independent = None
    if not parts["independent"].null:
        independent = [item.small(0, n - 1) for item in parts["independent"].items()]
        if any(a >= b for a, b in pairwise(independent)):
            parts["independent"].refuse("vertices in increasing order")
    certificate = Independence(
        fields["graph"].text(),
        neighbours,
        weights,
        not fields["weights"].null,
        bound.rational(limits.bound_bits),
        field,
        read_element(parts["value"], field, limits.bound_bits),
        [_read_permutation(item, n) for item in parts["generators"].items()],
        [_read_square(item, n, field) for item in parts["squares"].items()],
        listed,
        [tuple(Fraction(c, denominator) for c in number) for number in numbers],
        [_read_inequality(item, n, field) for item in parts["inequalities"].items()],
        independent,
    )
    _require_little_work(certificate, witness)
    return certificate


def _require_little_work(certificate: Independence, witness: Node) -> None:
    """Bound the number of products, and of values of inequalities."""
    work = 0
    for square in certificate.squares:
        work += certificate.field.degree * sum(map(len, square.basis)) ** 2 // 2
    for inequality in certificate.inequalities:
        support = 0
        for vertices in inequality.function:
            support |= vertices
        if support.bit_count() > _SUPPORT_LIMIT:
            raise Malformed(f"an inequality with more than {_SUPPORT_LIMIT} vertices", inequality.path)
        work += len(inequality.function) << support.bit_count()
    if work > _WORK_LIMIT:
        raise Malformed(f"an identity that needs about {work} steps; the limit is {_WORK_LIMIT}", witness.path)


def _read_graph6(node: Node) -> list[int]:
    """The sets of neighbours: N(n), then the upper triangle by columns, six bits a character, zeros at the end."""
    codes = [ord(letter) - 63 for letter in node.text()]
    if not codes or not all(0 <= code < 64 for code in codes):
        node.refuse("a graph in graph6")
    n, start = codes[0], 1
    if n == 63:
        if len(codes) < 4 or codes[1] == 63:
            node.refuse(f"a graph with at most {_VERTEX_LIMIT} vertices")
        n, start = codes[1] << 12 | codes[2] << 6 | codes[3], 4
    if not 1 <= n <= _VERTEX_LIMIT or (start == 4 and n < 63):
        node.refuse(f"a graph with 1 to {_VERTEX_LIMIT} vertices, their number written in the shortest way")
    pairs = n * (n - 1) // 2
    rest = codes[start:]
    if len(rest) != -(-pairs // 6) or (pairs % 6 and rest[-1] & (1 << -pairs % 6) - 1):
        node.refuse(f"graph6 of a graph with {n} vertices, zeros at the end")
    neighbours = [0] * n
    position = 0
    for j in range(n):
        for i in range(j):
            if rest[position // 6] >> 5 - position % 6 & 1:
                neighbours[i] |= 1 << j
                neighbours[j] |= 1 << i
            position += 1
    return neighbours


def _read_vertices(node: Node, count: int, n: int) -> tuple[int, ...]:
    """Vertices in increasing order in one string."""
    vertices = node.integers(min(count, _SET_LIMIT))
    if vertices[0] < 0 or vertices[-1] >= n or any(a >= b for a, b in pairwise(vertices)):
        node.refuse(f"vertices below {n} in increasing order")
    return vertices


def _read_permutation(node: Node, n: int) -> tuple[int, ...]:
    images = node.integers(n)
    if sorted(images) != list(range(n)):
        node.refuse(f"a permutation of the numbers below {n}")
    return images


def _read_function(node: Node, n: int) -> tuple[Function, int]:
    """The common denominator; then for each set its vertices and the numerator."""
    first, *rest = node.items() or [node]
    denominator = first.integer()
    if denominator <= 0:
        first.refuse("a positive denominator")
    function: Function = {}
    for item in rest:
        *vertices, value = item.integers(min(item.text().count(" ") + 1, _SET_LIMIT // 2 + 1))
        if any(not 0 <= v < n for v in vertices) or any(a >= b for a, b in pairwise(vertices)) or value == 0:
            item.refuse(f"vertices below {n} in increasing order, and a numerator that is not zero")
        if _set(vertices) in function:
            item.refuse("each set once")
        function[_set(vertices)] = value
    return function, denominator


def _read_square(node: Node, n: int, field: RealField) -> Square:
    fields = node.record("basis", "matrix", "size")
    size = fields["size"].small(1, 1 << 12)
    functions = [_read_function(item, n) for item in fields["basis"].items(size)]
    common = lcm(*(denominator for _, denominator in functions))
    if common.bit_length() > node.limits.integer_bits:
        fields["basis"].refuse(
            f"functions with a common denominator of at most {node.limits.integer_bits} bits", "a larger one"
        )
    basis = [{s: c * (common // denominator) for s, c in function.items()} for function, denominator in functions]
    return Square(basis, common, read_face(fields["matrix"], size, field))


def _read_inequality(node: Node, n: int, field: RealField) -> Inequality:
    fields = node.record("function", "multiplier")
    function, denominator = _read_function(fields["function"], n)
    return Inequality(
        node.path, read_element(fields["multiplier"], field, node.limits.integer_bits), function, denominator
    )
'''

# ==================== theorems.nonnegative ====================
SOURCES['theorems.nonnegative'] = r'''"""A polynomial is bounded below on a set that polynomials describe: sums of squares, with the proof.

Statement
---------
Let p, g_1..g_m, h_1..h_l be polynomials in x_1..x_n over Q, S = {x in R^n : all g_i(x) >= 0, all h_j(x) = 0}, λ a real
number. Suppose that

    s (p - λ) = Σ_t Σ_c w_tc g_tc b_tcᵀ X_t b_tc + Σ_j h_j q_j

where each X_t is a positive semidefinite matrix, each w_tc > 0, each g_tc a product of some of the g_i (1 if there is
none), each b_tc a vector of polynomials, each q_j a polynomial, and s = (e + x_1² + … + x_n²)^k with e = 1, or e = 0
and S = R^n. Then p(x) >= λ for every x in S.

Proof
-----
On S every summand on the right is >= 0: bᵀXb is a sum of squares, the products g_tc are >= 0, the h_j vanish. So
s(x) (p(x) - λ) >= 0, and s(x) > 0, except for e = 0 at x = 0; but then S = R^n, and p(0) >= λ by continuity. ∎

λ, the X_t and the q_j may have coefficients in a real number field Q(α), see `number_field`; α is one more variable of
the polynomials, with exponents below the degree of its equation.

Sources
-------
Putinar 1993 and Schmüdgen 1991 (which p > 0 have such an identity); Reznick 1995 (the multiplier s); Gatermann &
Parrilo 2004 (several vectors b_tc for one matrix: symmetry).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import Face, read_face
from ..common.number_field import Element, RealField, read_element, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.polynomials import polynomial_quantity, polynomial_text
from ..polynomial import BITS, ONE, Polynomial
from ..psd import Symmetric
from ..report import Claim, Malformed, Rejected, Sense, magnitude

__all__ = ["Nonnegative", "read"]

_VARIABLE_LIMIT = 16
_DEGREE_LIMIT = 256
_MASK = (1 << BITS) - 1


@dataclass(frozen=True)
class Copy:
    """A vector b, its weight w > 0, and the numbers of the inequalities whose product multiplies it."""

    factors: tuple[int, ...]
    weight: Fraction
    basis: list[Polynomial]


@dataclass(frozen=True)
class Squares:
    """Σ_c w_c g_c b_cᵀ X b_c."""

    copies: list[Copy]
    matrix: Face


@dataclass(frozen=True)
class Nonnegative:
    """A certificate of this theorem."""

    variables: int
    polynomial: Polynomial
    inequalities: list[Polynomial]
    equalities: list[Polynomial]
    field: RealField
    exact: Element
    bound: Fraction
    multiplier: tuple[int, int]
    squares: list[Squares]
    cofactors: list[Polynomial]

    @property
    def claim(self) -> Claim:
        """Polynomial >= bound on the set; the exact λ is named with the theorem."""
        theorem = f"sums of squares, which give the bound {self.field.text(self.exact)}"
        quantity = polynomial_quantity(
            self._text(self.polynomial), map(self._text, self.inequalities), map(self._text, self.equalities)
        )
        return Claim(quantity, self.bound, theorem, exact_value(self.field, self.exact), Sense.LOWER)

    def _text(self, polynomial: Polynomial) -> str:
        terms = {}
        for code, value in polynomial.numerators.items():
            exponents = tuple(code >> BITS * i & _MASK for i in range(self.variables))
            terms[exponents] = Fraction(value, polynomial.denominator)
        return polynomial_text(terms)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        if not self.field.at_least(self.exact, self.field.rational(self.bound)):
            raise Rejected("the bound that is proved is lower", "bound")
        constant, power = self.multiplier
        if power and not constant and (self.inequalities or self.equalities):
            raise Rejected("a multiplier with a zero, on a set with conditions", "witness.multiplier")
        for term in self.squares:
            term.matrix.require_proof()
        residual = self.residual()
        if residual.numerators:
            code, value = min(residual.numerators.items())
            size = magnitude(Fraction(value, residual.denominator))
            where = self._text(Polynomial({code & (1 << BITS * self.variables) - 1: 1}))
            count = len(residual.numerators)
            raise Rejected(
                f"the identity fails in {count} coefficients, the first at {where}, off by about {size}", "witness"
            )

    def residual(self) -> Polynomial:
        """The left-hand side minus the right-hand side; no product has two factors with α."""
        square = Polynomial({2 << BITS * i: 1 for i in range(self.variables)})
        constant, power = self.multiplier
        shift = Polynomial.combination((1, self._alpha(k) * c) for k, c in enumerate(self.exact))
        total = (self.polynomial - shift) * (square + constant) ** power
        for term in self.squares:
            for copy in term.copies:
                total -= self._multiplier(copy) * self._quadratic(term.matrix.parts, copy.basis)
        for h, q in zip(self.equalities, self.cofactors, strict=True):
            total -= h * q
        return total

    def _multiplier(self, copy: Copy) -> Polynomial:
        product = ONE * copy.weight
        for index in copy.factors:
            product *= self.inequalities[index]
        return product

    def _quadratic(self, parts: list[Symmetric], basis: list[Polynomial]) -> Polynomial:
        """bᵀ X b."""
        result = Polynomial({})
        for k, part in enumerate(parts):
            rows = [Polynomial.combination(zip(row, basis, strict=True)) for row in part.full()]
            products = ((1, b * row) for b, row in zip(basis, rows, strict=True))
            result += self._alpha(k) * Polynomial.combination(products, part.denominator)
        return result

    def _alpha(self, power: int) -> Polynomial:
        return Polynomial({power << BITS * self.variables: 1})


def read(parameters: Node, bound: Node, witness: Node) -> Nonnegative:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("equalities", "inequalities", "polynomial", "variables")
    n = fields["variables"].small(1, _VARIABLE_LIMIT)
    bits = limits.parameter_bits
    polynomial = _read_polynomial(fields["polynomial"], n, bits)
    inequalities = [_read_polynomial(item, n, bits) for item in fields["inequalities"].items()]
    equalities = [_read_polynomial(item, n, bits) for item in fields["equalities"].items()]
    parts = witness.record("bound", "cofactors", "field", "multiplier", "squares")
    field = read_field(parts["field"])
    multiplier = parts["multiplier"].record("constant", "power")
    constant, power = multiplier["constant"].small(0, 1), multiplier["power"].small(0, 16)
    if constant and not power:
        multiplier["constant"].refuse("0 for the power 0")
    squares = [_read_squares(item, n, len(inequalities), field) for item in parts["squares"].items()]
    cofactors = [_read_cofactor(item, n, field) for item in parts["cofactors"].items(len(equalities))]
    certificate = Nonnegative(
        n,
        polynomial,
        inequalities,
        equalities,
        field,
        read_element(parts["bound"], field, limits.bound_bits),
        bound.rational(limits.bound_bits),
        (constant, power),
        squares,
        cofactors,
    )
    _require_little_work(certificate, witness)
    return certificate


def _require_little_work(certificate: Nonnegative, witness: Node) -> None:
    """Bound the number of products of integers before the identity is expanded, and the degrees that it can reach."""
    terms = _length([certificate.polynomial]) + certificate.field.degree  # of p - lambda
    work = (certificate.variables + 1) ** (2 * certificate.multiplier[1]) * terms
    degrees = [_degree(certificate.polynomial) + 2 * certificate.multiplier[1]]
    for term in certificate.squares:
        for copy in term.copies:
            factors = [certificate.inequalities[index] for index in copy.factors]
            product = 1
            for g in factors:
                product *= _length([g])
            row = max(1, _length(copy.basis))  # the factors are multiplied even for a basis of zeros
            size = 1 + term.matrix.bits // 64
            work += (len(copy.basis) * row + row * row * min(product, 1 << 40)) * size * certificate.field.degree
            degrees.append(2 * max(map(_degree, copy.basis), default=0) + sum(map(_degree, factors)))
    for h, q in zip(certificate.equalities, certificate.cofactors, strict=True):
        work += _length([h]) * _length([q])
        degrees.append(_degree(h) + _degree(q))
    if work > witness.limits.work:
        raise Malformed(f"an identity that needs about {work} steps; the limit is {witness.limits.work}", "witness")
    if max(degrees) > _MASK // 2:
        raise Malformed(f"an identity of degree up to {max(degrees)}", "witness")


def _length(polynomials: Iterable[Polynomial]) -> int:
    return sum(len(p.numerators) for p in polynomials)


def _degree(polynomial: Polynomial) -> int:
    """A bound on the degree: the sum of the largest exponents, over all variables, α among them."""
    largest: dict[int, int] = {}
    for code in polynomial.numerators:
        i = 0
        while code:
            largest[i] = max(largest.get(i, 0), code & _MASK)
            code, i = code >> BITS, i + 1
    return sum(largest.values())


def _read_polynomial(node: Node, n: int, bits: int) -> Polynomial:
    """A list of strings: the common denominator; for each term its exponents, which increase, and its numerator."""
    first, *rest = node.items() or [node]
    denominator = first.integer(bits)
    if denominator <= 0:
        first.refuse("a positive denominator")
    numerators: dict[int, int] = {}
    previous: tuple[int, ...] = ()
    for item in rest:
        *exponents, value = item.integers(n + 1)
        if not all(0 <= e <= _DEGREE_LIMIT for e in exponents) or tuple(exponents) <= previous:
            item.refuse(f"exponents from 0 to {_DEGREE_LIMIT}, in strictly increasing order after {previous}")
        if value == 0 or value.bit_length() > bits:
            item.refuse(f"a coefficient that is not zero, of at most {bits} bits")
        previous = tuple(exponents)
        numerators[sum(e << BITS * i for i, e in enumerate(exponents))] = value
    return Polynomial(numerators, denominator)


def _read_cofactor(node: Node, n: int, field: RealField) -> Polynomial:
    """One polynomial for each power of α."""
    bits = node.limits.integer_bits
    parts = [_read_polynomial(item, n, bits) for item in node.items(field.degree)]
    return Polynomial.combination((1, Polynomial({k << BITS * n: 1}) * part) for k, part in enumerate(parts))


def _read_squares(node: Node, n: int, inequalities: int, field: RealField) -> Squares:
    fields = node.record("copies", "matrix", "size")
    size = fields["size"].small(1, 1 << 12)
    copies = []
    for item in fields["copies"].items():
        parts = item.record("basis", "factors", "weight")
        weight = parts["weight"].rational(node.limits.integer_bits)
        if weight <= 0:
            parts["weight"].refuse("a positive weight")
        factors = tuple(index.small(0, inequalities - 1) for index in parts["factors"].items())
        if len(factors) > _VARIABLE_LIMIT:
            parts["factors"].refuse(f"at most {_VARIABLE_LIMIT} factors")
        copies.append(
            Copy(
                factors, weight, [_read_polynomial(b, n, node.limits.integer_bits) for b in parts["basis"].items(size)]
            )
        )
    return Squares(copies, read_face(fields["matrix"], size, field))
'''

# ==================== theorems.rankin ====================
SOURCES['theorems.rankin'] = r'''"""Rankin's bounds for spherical codes with angles of at least 90 degrees, with their proofs.

Statement
---------
Let n >= 2, -1 < c <= 0, and let C be a set of unit vectors of R^n whose mutual inner products are at most c. If c < 0,
then C has at most 1 - 1/c points, and at most n + 1. If c = 0, it has at most 2n. Hence A(n, c) <= min(1 - 1/c, n + 1)
for c < 0, and A(n, 0) <= 2n.

Proof
-----
1. Let c < 0, and let N >= 1 be the number of elements of a finite subset of C. Summed over it, 0 <= |Σ x|² = Σ x·x +
   Σ_{x ≠ y} x·y <= N + N(N-1) c. So (N-1)(-c) <= 1, and N <= 1 - 1/c.
2. Let c < 0. Suppose that C has n + 2 different elements x_1, …, x_{n+1} and y. The first n + 1 are linearly dependent:
   Σ a_i x_i = 0, where some a_i > 0, after a change of all signs if necessary. Let P = {i: a_i > 0}, M = {i: a_i < 0}
   and z = Σ_{i ∈ P} a_i x_i = Σ_{j ∈ M} (-a_j) x_j. Then |z|² = Σ_{i ∈ P, j ∈ M} a_i (-a_j) x_i·x_j <= 0, because i ≠ j
   in every term. So z = 0. But y·z = Σ_{i ∈ P} a_i y·x_i < 0, because P is not empty: a contradiction.
3. Let c = 0. By induction on n >= 0: a set of nonzero vectors of a Euclidean space of dimension n whose mutual inner
   products are at most 0 has at most 2n elements. For n = 0 there are no nonzero vectors. Let n >= 1, and let x be an
   element. Write each other element as y = t x + y' with y' orthogonal to x; then t <= 0, because t |x|² = x·y <= 0. If
   z = s x + z' is one more, y'·z' = y·z - t s |x|² <= 0. Hence y' = 0 for at most one y: if y' = z' = 0, then t and s
   are negative, because y and z are not zero, and y·z = t s |x|² > 0. And the y' that are not zero are different for
   different y, because y' = z' would give y'·z' = |y'|² > 0. They lie in a space of dimension n - 1, so that there are
   at most 2(n-1) of them; with x, and the y with y' = 0 if there is one, that makes at most 2n elements. ∎

Source
------
R. A. Rankin, The closest packing of spherical caps in n dimensions, Proc. Glasgow Math. Assoc. 2 (1955).
"""

from dataclasses import dataclass
from fractions import Fraction

from ..grammar import Node
from ..notation.spherical_codes import code_quantity
from ..report import Claim, Rejected, decimal_up

__all__ = ["Rankin", "read"]


@dataclass(frozen=True)
class Rankin:
    """A certificate of this theorem: the parameters are all of it."""

    n: int
    cos: Fraction
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        return Claim(code_quantity(self.n, str(self.cos)), self.bound, "Rankin")

    def prove(self) -> None:
        """Compare with the bound of the statement. Raises Rejected."""
        value = min(1 - 1 / self.cos, Fraction(self.n + 1)) if self.cos else Fraction(2 * self.n)
        if self.bound < value:
            raise Rejected(f"Rankin's bound is {decimal_up(value)} only", "bound")


def read(parameters: Node, bound: Node, witness: Node) -> Rankin:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "n")
    n = fields["n"].small(2, limits.dimension)
    cos = fields["cos"].rational(limits.parameter_bits)
    if not -1 < cos <= 0:
        fields["cos"].refuse("a rational number greater than -1 and at most 0")
    witness.record()
    return Rankin(n, cos, bound.rational(limits.bound_bits))
'''

# ==================== theorems.semidefinite_program ====================
SOURCES['theorems.semidefinite_program'] = r'''"""A lower bound for the value of a semidefinite program, with its proof.

Statement
---------
Let c_1, …, c_m be rational numbers and F_0, …, F_m block diagonal symmetric matrices with rational entries. Suppose
that there are positive semidefinite matrices Y, block by block, with entries in a real number field, such that

    (i)   <F_k, Y> = c_k,   k = 1..m,        (ii)   <F_0, Y> >= b.

Then Σ c_k x_k >= b for every real x with Σ x_k F_k - F_0 positive semidefinite.

Proof
-----
Z = Σ x_k F_k - F_0 and Y are positive semidefinite, so <Z, Y> >= 0, and Σ c_k x_k = Σ x_k <F_k, Y> = <Z, Y> + <F_0, Y>
>= b. ∎

The parameters are the program in the form of SDPA: the sizes of the blocks, -s for a diagonal block of size s, whose
part of Y is a vector of s nonnegative numbers; c; and the nonzero entries on and above the diagonal, in ascending order
of (matrix, block, row, column). A claim names the program by the SHA-256 hash of the canonical JSON of {"blocks",
"costs", "entries"}.

Source
------
Weak duality; Jansson, Chaykin & Keil 2007, Theorem 3.1, with an exact Y.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..common.faces import Face, read_face
from ..common.number_field import RealField, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.semidefinite_programs import program_quantity
from ..psd import read_denominator
from ..report import Claim, Malformed, Rejected, Sense, decimal_down

__all__ = ["Program", "read"]

_ORDER = 1 << 12
_COUNT = 1 << 20

Entry = tuple[int, int, int, int, Fraction]
Diagonal = tuple[tuple[tuple[int, ...], ...], int]
Block = Face | Diagonal


@dataclass(frozen=True)
class Program:
    """A certificate of this theorem; each block a matrix, or the numerators of a diagonal and their denominator."""

    name: str
    costs: tuple[Fraction, ...]
    entries: tuple[Entry, ...]
    bound: Fraction
    field: RealField
    blocks: tuple[Block, ...]

    @property
    def claim(self) -> Claim:
        """The value of the program is at least the bound."""
        try:
            exact = exact_value(self.field, tuple(self._products[0]))
        except Rejected:  # a matrix that is not positive semidefinite; `prove` says which
            exact = None
        return Claim(self.name, self.bound, f"weak duality, {len(self.costs)} constraints", exact, Sense.LOWER)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        for b, block in enumerate(self.blocks):
            if isinstance(block, Face):
                block.require_proof()
                continue
            for i, value in enumerate(block[0]):
                if not self.field.is_nonnegative(value):
                    raise Rejected(f"number {i} of the diagonal is negative", f"witness.blocks[{b}].values[{i}]")
        objective, *left = self._products
        for k, (product, cost) in enumerate(zip(left, self.costs, strict=True)):
            if tuple(product) != self.field.rational(cost):
                raise Rejected(f"<F_{k + 1}, Y> is not c_{k + 1}", "witness.blocks")
        if not self.field.at_least(tuple(objective), self.field.rational(self.bound)):
            shown = f" {decimal_down(objective[0])} only" if not any(objective[1:]) else " less"
            raise Rejected(f"the witness proves{shown}; the bound is too high", "bound")

    @cached_property
    def _products(self) -> list[list[Fraction]]:
        """<F_k, Y>, k = 0..m, as coefficient vectors."""
        totals = [[Fraction(0)] * self.field.degree for _ in range(len(self.costs) + 1)]
        for k, b, i, j, value in self.entries:
            block = self.blocks[b]
            for t in range(self.field.degree):
                if isinstance(block, Face):
                    part = block.parts[t]
                    totals[k][t] += value * (1 if i == j else 2) * Fraction(part.rows[j][i], part.denominator)
                else:
                    totals[k][t] += value * Fraction(block[0][i][t], block[1])
        return totals


def read(parameters: Node, bound: Node, witness: Node) -> Program:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("blocks", "costs", "entries")
    sizes = [item.small(-_COUNT, _ORDER) for item in fields["blocks"].items()]
    costs = tuple(item.rational(limits.parameter_bits) for item in fields["costs"].items())
    if not sizes or not costs or 0 in sizes:
        fields["blocks"].refuse("blocks that are not empty, and at least one constraint")
    entries: list[Entry] = []
    previous = (-1, -1, -1, -1)
    for item in fields["entries"].items():
        place, value = item.items(2)
        k, b, i, j = place.integers(4)
        number = value.rational(limits.parameter_bits)
        if not (0 <= k <= len(costs) and 0 <= b < len(sizes) and 0 <= i <= j < abs(sizes[b])):
            place.refuse(
                f"a matrix up to {len(costs)}, a block below {len(sizes)}, a position on or above its diagonal"
            )
        if (sizes[b] < 0 and i != j) or (k, b, i, j) <= previous or number == 0:
            item.refuse("nonzero entries in ascending order, on the diagonal of a diagonal block")
        previous = (k, b, i, j)
        entries.append((k, b, i, j, number))
    parts = witness.record("blocks", "field")
    field = read_field(parts["field"])
    blocks = tuple(
        _read_block(item, size, field) for item, size in zip(parts["blocks"].items(len(sizes)), sizes, strict=True)
    )
    if len(costs) * field.degree > _COUNT:
        raise Malformed(f"more than {_COUNT} numbers to compare", parameters.path)
    name = program_quantity({key: fields[key].value for key in ("blocks", "costs", "entries")})
    return Program(name, costs, tuple(entries), bound.rational(limits.bound_bits), field, blocks)


def _read_block(node: Node, size: int, field: RealField) -> Block:
    if size > 0:
        return read_face(node, size, field)
    parts = node.record("denominator", "values")
    values = tuple(item.integers(field.degree) for item in parts["values"].items(-size))
    return values, read_denominator(parts["denominator"], [c for value in values for c in value])
'''

# ==================== theorems.spherical_caps ====================
SOURCES['theorems.spherical_caps'] = r'''"""Packings of spherical caps of several sizes, with its proof: bounds for weighted counts and for densities.

Statement
---------
Let n >= 2, and let α_1, …, α_N be angles in (0, π), with c_i = cos α_i. Suppose that there are rational numbers w_i >
0, u_ij = u_ji and M, symmetric positive semidefinite N x N matrices F_0, …, F_2d, and for i >= j positive semidefinite
matrices S_ij and T_ij, such that for all i >= j

    (i)    u_ij >= cos(α_i + α_j),
    (ii)   w_i w_j + Σ_k (F_k)_ij P_k^n(u) + <V_0, S_ij> + (u+1)(u_ij-u) <V_0, T_ij> = 0    in R[u],
    (iii)  w_i² + Σ_k (F_k)_ii <= M w_i,

V_0 = (T_a(u) T_b(u)), T_a Chebyshev's polynomials, P_k^n Gegenbauer's with P_k^n(1) = 1. Let caps of the angles α_i
(any number of each) lie on the unit sphere of R^n, no two of them with an interior point in common. Then the weights
w_i of all caps add up to at most M. If w_i is at least the normalised area of the cap of angle α_i, the density is at
most M.

Proof
-----
Let x run through the centres of finitely many such caps, i_x the size of the cap, W = Σ_x w_(i_x) > 0, and
G_ij(u) = w_i w_j + Σ_k (F_k)_ij P_k^n(u).
1. The matrices (P_k^n(x·y))_xy are positive semidefinite (Schoenberg), and so are ((F_k)_(i_x i_y))_xy. By Schur's
   theorem their entrywise product is, too: Σ_xy (F_k)_(i_x i_y) P_k^n(x·y) >= 0. Hence Σ_xy G_(i_x i_y)(x·y) >= Σ_xy
   w_(i_x) w_(i_y) = W².
2. For x ≠ y the caps do not overlap: the angle between x and y is at least α_i + α_j <= π (i = i_x, j = i_y), so
   -1 <= x·y <= cos(α_i + α_j) <= u_ij by (i), and G_ij(x·y) <= 0 by (ii).
3. On the diagonal G_ii(1) <= M w_i by (iii). So W² <= Σ_x G_(i_x i_x)(1) <= M W, and W <= M.
There are no infinite packings, as this bounds the finite ones. The density is the sum of the areas of the caps. ∎

(i) is checked as u >= c_i c_j, or 1 - c_i² - c_j² - u² + 2 c_i c_j u >= 0: the latter is (sin α_i sin α_j)² >= (c_i c_j
    - u)².
The c_i lie in Q(α), see `number_field`; everything else is rational.

Sources
-------
de Laat, Oliveira & Vallentin, Upper bounds for packings of spheres of several radii (2014), Theorem 1.2, with sqrt(w_i
w_j) f_ij in the place of f_ij, which makes everything rational; `cap_area` for the areas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..common.cap_area import area_above
from ..common.faces import PsdMatrix, read_matrix
from ..common.gram import square_form
from ..common.number_field import Element, RealField, read_element, read_field
from ..common.orthogonal import gegenbauer
from ..grammar import Node
from ..identity import require_zero
from ..notation.caps import caps_quantity
from ..polynomial import Polynomial, X
from ..report import Claim, Rejected, decimal_up, magnitude

__all__ = ["SphericalCaps", "read"]

_SIZES = 16  # of caps, at most
_DENSITY_DIMENSION = 64  # the largest in which areas are computed
_AREA_BITS = 192


@dataclass(frozen=True)
class SphericalCaps:
    """A certificate of this theorem. `ends` and `squares` run through the pairs (i, j), i >= j, row by row."""

    n: int
    degree: int
    field: RealField
    cosines: tuple[Element, ...]
    weights: tuple[Fraction, ...]
    density: bool
    bound: Fraction
    ends: tuple[Fraction, ...]
    f: tuple[PsdMatrix, ...]
    squares: tuple[tuple[PsdMatrix, PsdMatrix], ...]

    @property
    def claim(self) -> Claim:
        """cap-density(n; c_1, …) <= bound, or caps(n; c_1, …; w_1, …) <= bound."""
        weights = None if self.density else self.weights
        quantity = caps_quantity(self.n, [self.field.text(c) for c in self.cosines], weights)
        name = f"spherical caps, {len(self.cosines)} sizes, degree {2 * self.degree}"
        return Claim(quantity, self.bound, name)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        for i, cos in enumerate(self.cosines):
            self._require_cosine(cos, f"parameters.caps[{i}]")
        if self.density:
            self._require_areas()
        for index, (i, j) in enumerate(pairs(len(self.cosines))):
            if not self.separates(self.cosines[i], self.cosines[j], self.ends[index]):
                raise Rejected(f"(i) is not proved for the sizes number {i} and {j}", f"witness.ends[{index}]")
        f = [entries(matrix) for matrix in self.f]
        for i, w in enumerate(self.weights):
            excess = w * w + sum((part[i][i] for part in f), Fraction(0)) - self.bound * w
            if excess > 0:
                proved = decimal_up(self.bound + excess / w)
                raise Rejected(f"(iii) fails at size number {i}: the witness proves {proved} at best", "bound")
        polynomials = gegenbauer(self.n, 2 * self.degree)
        for index, (i, j) in enumerate(pairs(len(self.cosines))):
            constant = Polynomial({0: 1}) * (self.weights[i] * self.weights[j])
            total = sum((p * part[i][j] for p, part in zip(polynomials, f, strict=True)), constant)
            first, second = (square_form(matrix.summands()) for matrix in self.squares[index])
            residual = total + first + (X + 1) * (self.ends[index] - X) * second
            require_zero(residual, f"(ii) for the sizes {i} and {j}", ("u", "", ""), "witness")

    def _require_cosine(self, cos: Element, path: str) -> None:
        for sign in (1, -1):
            inside = tuple((1 if k == 0 else 0) + sign * value for k, value in enumerate(cos))
            if not any(inside) or not self.field.at_least(inside, self.field.rational(Fraction(0))):
                raise Rejected("the cosine is not strictly between -1 and 1", path)

    def _require_areas(self) -> None:
        for i, (cos, w) in enumerate(zip(self.cosines, self.weights, strict=True)):
            below = max(self.field.lower_bound(cos, _AREA_BITS), Fraction(-1))
            missing = area_above(self.n, below) - w
            if missing > 0:
                reason = f"the weight is not proved to be at least the area of the cap, by about {magnitude(missing)}"
                raise Rejected(reason, f"witness.weights[{i}]")

    def separates(self, a: Element, b: Element, end: Fraction) -> bool:
        """(i): end >= cos(α + β), from a = cos α and b = cos β."""
        u, product = self.field.rational(end), self.field.product(a, b)
        if self.field.at_least(u, product):
            return True
        left = tuple((1 - end * end if k == 0 else 0) + 2 * end * value for k, value in enumerate(product))
        right = (x + y for x, y in zip(self.field.product(a, a), self.field.product(b, b), strict=True))
        return self.field.at_least(left, tuple(right))


def pairs(count: int) -> Iterator[tuple[int, int]]:
    """(0, 0), (1, 0), (1, 1), (2, 0), …."""
    yield from ((i, j) for i in range(count) for j in range(i + 1))


def entries(matrix: PsdMatrix) -> list[list[Fraction]]:
    """All the entries of a matrix that is proved to be positive semidefinite. Rejected without a proof."""
    result = [[Fraction(0)] * matrix.size for _ in range(matrix.size)]
    for part in matrix.summands():
        for row, added in zip(result, part.full(), strict=True):
            for j, value in enumerate(added):
                row[j] += Fraction(value, part.denominator)
    return result


def read(parameters: Node, bound: Node, witness: Node) -> SphericalCaps:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    bits = limits.parameter_bits
    fields = parameters.record("caps", "degree", "field", "n", "weights")
    n, degree = fields["n"].small(2, limits.dimension), fields["degree"].small(1, limits.degree)
    field = read_field(fields["field"])
    items = fields["caps"].items()
    if not 1 <= len(items) <= _SIZES:
        fields["caps"].refuse(f"1 to {_SIZES} sizes")
    cosines = tuple(read_element(item, field, bits) for item in items)
    inner = witness.record("F", "Q", "ends", "weights")
    density = fields["weights"].null
    if density and n > _DENSITY_DIMENSION:
        fields["n"].refuse(f"a dimension of at most {_DENSITY_DIMENSION} for a density")
    if not density and not inner["weights"].null:
        inner["weights"].refuse("null, as the weights are parameters")
    given = inner["weights"] if density else fields["weights"]
    weights = tuple(item.rational(bits) for item in given.items(len(cosines)))
    if any(w <= 0 for w in weights):
        given.refuse("positive weights")
    count = len(list(pairs(len(cosines))))
    ends = tuple(item.rational(bits) for item in inner["ends"].items(count))
    f = tuple(read_matrix(item, len(cosines)) for item in inner["F"].items(2 * degree + 1))
    both = [item.items(2) for item in inner["Q"].items(count)]
    sums = tuple((read_matrix(s, degree + 1), read_matrix(t, degree)) for s, t in both)
    work = sum(m.size**3 * (1 + m.bits // 64) for m in (*f, *(m for pair in sums for m in pair)))
    if work > limits.work:
        witness.refuse(f"matrices that need at most {limits.work} steps", f"about {work}")
    return SphericalCaps(n, degree, field, cosines, weights, density, bound.rational(limits.bound_bits), ends, f, sums)
'''

# ==================== theorems.three_point ====================
SOURCES['theorems.three_point'] = r'''"""The three-point bound for spherical codes, with its proof.

Statement
---------
Let n >= 3, -1 < c < 1, and let u, v, t stand for inner products. Suppose that there are numbers a_k >= 0, k = 1..K, and
positive semidefinite matrices B (2 x 2), F_k (k = 0..d), Q_0, Q_1 and R_j^π (j = 0..4, π = trv, alt, std) with

    (i)   Σ_k a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) + <V_0, Q_0> + g(u) <V_0, Q_1> = -1    in Q[u],
    (ii)  b22 + h(u,v,t) + Σ_j s_j(u,v,t) Σ_π <V^π, R_j^π> = 0                               in Q[u,v,t],

where h, the polynomials T_i and the Gram terms <V^π, R> are those of `common/triples`, V_0 = (T_i(u) T_j(u)), g(w) =
(w+1)(c-w), s_0 = 1, s_1 = Σ g, s_2 = Σ gg, s_3 = ggg and s_4 = 1 + 2uvt - u² - v² - t². Then every set C of unit
vectors of R^n whose mutual inner products are at most c has at most

    1 + Σ_k a_k + b11 + Σ_ij (F_0)_ij T_i(1) T_j(1)

points: A(n, c) <= that number.

Proof
-----
Let N be the size of a finite C, N >= 1.

1. Gegenbauer's P_k^n is a positive definite function on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, and its
   terms x = y contribute N.
2. Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0 by `common/triples`. Triples of one point contribute N h(1,1,1), triples of
   two points 3 Σ_{x≠y} h(u,u,1) with u = x·y, and the others are triples of distinct points.
3. (1, N-1) B (1, N-1)ᵀ >= 0. Times N: N b11 + N(N-1) (2 b12 + b22) + N(N-1)(N-2) b22 >= 0, for
   (N-1)² = (N-1) + (N-1)(N-2).
4. For x ≠ y in C, -1 <= u <= c, so g(u) >= 0, and (i) gives Σ a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) <= -1. For three
   distinct points every s_j >= 0 (s_4 is a Gram determinant) and every <V^π, R_j^π> >= 0, and (ii) gives b22 + h <= 0.
5. Add 1 (times a_k), 2 and 3, and use 4 for the N(N-1) pairs and the N(N-1)(N-2) triples:
   0 <= N (Σ a_k + b11 + h(1,1,1)) - N(N-1). Divide by N. Finally h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because
   Q_0(u,v,t) = 1 and Q_k(1,1,1) = 0 for k >= 1. This bounds every finite C, so there is no infinite one. ∎

Sources
-------
Machado & Oliveira 2016, (2), (5) and (9); Bachoc & Vallentin 2008, section 4.
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import PsdMatrix, read_matrix
from ..common.gram import gram_sum, square_form, two_variable_form
from ..common.invariants import symmetrise
from ..common.orthogonal import gegenbauer
from ..common.triples import KINDS, Triples, gram_basis, gram_products, read_triples
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.spherical_codes import code_quantity
from ..polynomial import ONE, Polynomial
from ..psd import EXPONENT_LIMIT, read_denominator
from ..report import Claim, Rejected

__all__ = ["ThreePoint", "Witness", "read"]


@dataclass(frozen=True)
class Witness:
    """The numbers that are to solve the problem; a_k = a[k-1] · a_unit."""

    a: tuple[int, ...]
    a_unit: Fraction
    b: PsdMatrix
    f: list[PsdMatrix]
    q: list[PsdMatrix]
    r: dict[str, list[PsdMatrix]]

    def matrices(self) -> list[PsdMatrix]:
        """Every matrix that has to be positive semidefinite."""
        return [self.b, *self.f, *self.q, *(matrix for kind in KINDS for matrix in self.r[kind])]


@dataclass(frozen=True)
class ThreePoint:
    """A certificate of this theorem."""

    triples: Triples
    bound: Fraction
    witness: Witness

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        t = self.triples
        theorem = f"three-point, degree {t.degree}, {len(self.witness.a)} Gegenbauer terms"
        return Claim(code_quantity(t.n, str(t.cos)), self.bound, theorem)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        for index, value in enumerate(self.witness.a):
            if value < 0:
                raise Rejected(f"a_{index + 1} is negative", f"witness.a.values[{index}]")
        for matrix in self.witness.matrices():
            matrix.require_proof()
        forms = self.forms()
        require_zero(self.first_residual(forms), "(i)", ("x", "y", "z"), "witness")
        require_zero(self.second_residual(forms), "(ii)", ("m1", "m2", "m3"), "witness")
        require_at_most(self.objective(forms), self.bound)

    def forms(self) -> list[Polynomial]:
        """The Σ (F_k)_ij T_i(x) T_j(y)."""
        return [two_variable_form(matrix.summands()) for matrix in self.witness.f]

    def objective(self, forms: list[Polynomial]) -> Fraction:
        """1 + Σ a_k + b11 + h(1,1,1)."""
        linear = sum(self.witness.a) * self.witness.a_unit
        return 1 + linear + self.witness.b.entry(0, 0) + self.triples.diagonal(forms)

    def interval_products(self) -> list[Polynomial]:
        """g(u), g(v), g(t) in Q[x, y, z]: nonnegative for inner products in [-1, cos θ]."""
        return [(w + 1) * (self.triples.cos - w) for w in self.triples.inner_products]

    def multipliers(self) -> list[Polynomial]:
        """s_0, …, s_4 in Q[m1, m2, m3]."""
        g_u, g_v, g_t = self.interval_products()
        s = [ONE, g_u + g_v + g_t, g_u * g_v + g_v * g_t + g_t * g_u, g_u * g_v * g_t]
        return [*map(symmetrise, s), self.triples.gram_determinant()]

    def first_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (i), all of it on one side, in Q[x]."""
        w, u = self.witness, self.triples.inner_products[0]
        terms = gegenbauer(self.triples.n, len(w.a), u)[1:]
        total = Polynomial.combination(zip(w.a, terms, strict=True)) * w.a_unit
        total += 2 * w.b.entry(1, 0) + w.b.entry(1, 1) + 1
        squares = [square_form(matrix.summands()) for matrix in w.q]
        total += squares[0] + self.interval_products()[0] * squares[1]
        return total + self.triples.pair_average(forms)

    def second_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (ii), all of it on one side, in Q[m1, m2, m3]."""
        total = self.triples.triple_average(forms) + self.witness.b.entry(1, 1)
        products, r = gram_products(), self.witness.r
        for j, (multiplier, degree) in enumerate(zip(self.multipliers(), _degrees(self.triples.degree), strict=True)):
            squares = [gram_sum(r[kind][j].summands(), gram_basis(kind, degree), products[kind]) for kind in KINDS]
            total += multiplier * Polynomial.combination((1, square) for square in squares)
        return total


def _degrees(d: int) -> tuple[int, int, int, int, int]:
    """The degrees of the Gram bases that go with the multipliers s_j."""
    return d, d - 1, d - 2, d - 3, d - 2


def read(parameters: Node, bound: Node, witness: Node) -> ThreePoint:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "linear", "n")
    degree = fields["degree"].small(1, limits.degree)
    triples = read_triples(fields["n"], fields["cos"], degree)
    linear = fields["linear"].small(0, 2 * degree)
    certificate = ThreePoint(triples, bound.rational(limits.bound_bits), _read_witness(witness, degree, linear))
    triples.require_feasible(parameters, certificate.witness.f)
    return certificate


def _read_witness(node: Node, d: int, linear: int) -> Witness:
    fields = node.record("B", "F", "Q", "R", "a")
    values, unit = _read_linear(fields["a"], linear)
    blocks = fields["R"].record(*KINDS)
    sizes = {kind: [len(gram_basis(kind, degree)) for degree in _degrees(d)] for kind in KINDS}
    return Witness(
        a=values,
        a_unit=unit,
        b=read_matrix(fields["B"], 2),
        f=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["F"].items(d + 1))],
        q=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["Q"].items(2))],
        r={
            kind: [read_matrix(*pair) for pair in zip(blocks[kind].items(5), sizes[kind], strict=True)]
            for kind in KINDS
        },
    )


def _read_linear(node: Node, count: int) -> tuple[tuple[int, ...], Fraction]:
    """The integers of a vector and their unit, 2^-exponent or 1/denominator."""
    key = "denominator" if isinstance(node.value, dict) and "denominator" in node.value else "exponent"
    fields = node.record(key, "values")
    values = tuple(item.integer() for item in fields["values"].items(count))
    if key == "exponent":
        return values, Fraction(2) ** -fields[key].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    return values, Fraction(1, read_denominator(fields[key], values))
'''

# ==================== theorems.three_point_fixed_size ====================
SOURCES['theorems.three_point_fixed_size'] = r'''"""A spherical code of a given size does not exist, by sums over triples of its points.

Statement
---------
Let n >= 3, -1 < c < 1, N >= 3 and e > 0. Suppose that there are positive semidefinite matrices F_k (k = 0..d), R_j^π
(j = 0, 1, π = trv, alt, std) and G_j^τ (j = 0, 1, 2, τ = sym, anti) with

    (N-2) h(u,v,t) + h(u,u,1) + h(v,v,1) + h(t,t,1) + h(1,1,1)/(N-1) + e
        + Σ_j s_j Σ_π <V^π, R_j^π> + Σ_j Σ_w p_j(w) Σ_τ <W^τ(w), G_j^τ> = 0

in Q[u,v,t]. Here h and the <V^π, R> are those of `common/triples`, with Q_k for k <= d and Gram bases of degree
at most D; s_0 = 1 and s_1 = 1 + 2uvt - u² - v² - t²; in the coordinates x, y, z that map [-1, c] to [-1, 1],
p_0(x) = 1 + x, p_1(x) = 1 - x, p_2(x) = 1 - x²; and w runs through x, y, z. <W^sym(x), r rᵀ> is the square of the
polynomial Σ r_α x^a ((y+z)/2)^b (yz)^c of degree a + b + 2c <= D-1, and <W^anti(x), r rᵀ> the square of y - z times
such a polynomial of degree <= D-2; for w = y and w = z the three coordinates are permuted. Then no set of N unit
vectors of R^n has mutual inner products of at most c: A(n, c) <= N - 1.

Proof
-----
Suppose that there is such a set C of exactly N points.

1. Σ h(p·e, q·e, p·q) >= 0 over the triples (p,q,e) of C³: `common/triples`.
2. That sum is Σ_T h + 3 Σ_P h(u,u,1) + N h(1,1,1), where T are the ordered triples of distinct points and P the ordered
   pairs of distinct points, u their inner product.
3. Let E be the first line of the identity without e. Sum E over T: each pair of P occurs in N-2 triples for each of the
   three inner products, and T has N(N-1)(N-2) elements. So
   Σ_T E = (N-2) (Σ_T h + 3 Σ_P h(u,u,1) + N h(1,1,1)) >= 0 by 1 and 2.
4. For three distinct points of C the inner products lie in [-1, c], so the p_j are nonnegative; s_1 is a Gram
   determinant; the Gram terms are sums of squares. So the identity says that E <= -e, and Σ_T E <= -e N(N-1)(N-2) < 0:
   a contradiction.

A set with more than N points would contain one with N points. ∎

Source
------
Bachoc & Vallentin 2008, section 3, for h; the form with a fixed N is that of published certificates with the
keys claim, n, D, cut, e, F, SOS (`docs/formats.md`), their sums of squares averaged over the permutations of u, v, t.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from ..common.gram import gram_sum, two_variable_form
from ..common.invariants import symmetrise
from ..common.triples import KINDS, Triples, gram_basis, gram_products, read_triples
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.spherical_codes import code_quantity
from ..polynomial import ONE, Polynomial, X, Y, Z, pack, unpack
from ..psd import EXPONENT_LIMIT, Psd, read_psd
from ..report import Claim, Rejected

__all__ = ["FixedSize", "read"]

_SIZE_LIMIT = 10**8
_ORBIT = {"anti": 2, "sym": 1}  # what each loses of the degree D
_INTERVAL = (1 + X, 1 - X, 1 - X**2)


@dataclass(frozen=True)
class FixedSize:
    """A certificate of this theorem; `triples` has the degree d, and `squares` is the degree D."""

    triples: Triples
    squares: int
    size: int
    bound: Fraction
    e: Fraction
    f: list[Psd]
    r: dict[str, list[Psd]]
    g: dict[str, list[Psd]]

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        t = self.triples
        theorem = f"three-point-fixed-size, no code of {self.size} points, degrees {t.degree} and {self.squares}"
        return Claim(code_quantity(t.n, str(t.cos)), self.bound, theorem)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        require_at_most(Fraction(self.size - 1), self.bound)
        if self.e <= 0:
            raise Rejected("e is not positive", "witness.e")
        for matrix in [
            *self.f,
            *(matrix for part in (self.r, self.g) for blocks in part.values() for matrix in blocks),
        ]:
            matrix.require_proof()
        require_zero(self.residual(), "of a fixed size", ("m1", "m2", "m3"), "witness")

    def residual(self) -> Polynomial:
        """The left-hand side of the identity, in Q[m1, m2, m3]; `symmetrise` is a third of the sum over x, y, z."""
        forms = [two_variable_form(matrix.summands()) for matrix in self.f]
        total = (self.size - 2) * self.triples.triple_average(forms) + self.e
        total += self.triples.diagonal(forms) / (self.size - 1)
        total += symmetrise(self.triples.pair_average(forms) + 3 * self.orbit_squares())
        products = gram_products()
        for j, multiplier in enumerate((ONE, self.triples.gram_determinant())):
            for kind in KINDS:
                basis = gram_basis(kind, _degrees(self.squares)[j])
                total += multiplier * gram_sum(self.r[kind][j].summands(), basis, products[kind])
        return total

    def orbit_squares(self) -> Polynomial:
        """Σ_j p_j(x) Σ_τ <W^τ(x), G_j^τ> in Q[x, y, z]."""
        total = Polynomial({})
        for kind, generator in (("sym", ONE), ("anti", (Y - Z) ** 2)):
            basis = orbit_basis(self.squares - _ORBIT[kind])
            for multiplier, matrix in zip(_INTERVAL, self.g[kind], strict=True):
                total += multiplier * generator * expand(gram_sum(matrix.summands(), basis, [ONE]))
        return total


def _degrees(squares: int) -> tuple[int, int]:
    """The degrees of the Gram bases that go with s_0 and s_1."""
    return squares, squares - 2


def orbit_basis(degree: int) -> list[int]:
    """The codes of the (a, b, c), a + b + 2c <= degree, ordered by that sum, then by c, then by b.

    >>> [unpack(code) for code in orbit_basis(2)]
    [(0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0), (1, 1, 0), (0, 2, 0), (0, 0, 1)]
    """
    return [
        pack((total - b - 2 * c, b, c))
        for total in range(degree + 1)
        for c in range(total // 2 + 1)
        for b in range(total - 2 * c + 1)
    ]


def expand(polynomial: Polynomial) -> Polynomial:
    """A polynomial in x, (y+z)/2 and yz (the three variables, in this order) as one in x, y, z.

    >>> print(expand(2 * X * Y + Z))
    1*x*y + 1*x*z + 1*y*z
    """
    layers: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for code, value in polynomial.numerators.items():
        a, b, c = unpack(code)
        layers[c][pack((a, b, 0))] = value
    mean = Fraction(1, 2) * (Y + Z)
    return Polynomial.combination(
        (1, Polynomial(layer, polynomial.denominator).substitute(1, mean) * (Y * Z) ** c) for c, layer in layers.items()
    )


def read(parameters: Node, bound: Node, witness: Node) -> FixedSize:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "n", "size", "squares")
    squares = fields["squares"].small(1, limits.degree)
    degree = fields["degree"].small(1, squares)
    triples = read_triples(fields["n"], fields["cos"], degree)
    size = fields["size"].small(3, _SIZE_LIMIT)
    limit = bound.rational(limits.bound_bits)
    parts = witness.record("F", "G", "R", "e")
    number = parts["e"].record("exponent", "value")
    e = number["value"].integer() * Fraction(2) ** -number["exponent"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    f = [read_psd(item, degree + 1 - k) for k, item in enumerate(parts["F"].items(degree + 1))]
    triples.require_feasible(parameters, f)
    invariant, orbit = parts["R"].record(*KINDS), parts["G"].record(*_ORBIT)
    sizes = {kind: [len(gram_basis(kind, part)) for part in _degrees(squares)] for kind in KINDS}
    r = {kind: [read_psd(*pair) for pair in zip(invariant[kind].items(2), sizes[kind], strict=True)] for kind in sizes}
    g = {
        kind: [read_psd(item, len(orbit_basis(squares - loss))) for item in orbit[kind].items(3)]
        for kind, loss in _ORBIT.items()
    }
    return FixedSize(triples, squares, size, limit, e, f, r, g)
'''

import sys
import types
from importlib.machinery import ModuleSpec

PACKAGE = "kissalg_kernel"


class Finder:
    """Finds the modules in SOURCES: nothing is read from the disk."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        inner = "__init__" if name == PACKAGE else name.removeprefix(PACKAGE + ".")
        if name != PACKAGE and not name.startswith(PACKAGE + "."):
            return None
        package = inner == "__init__" or inner + ".__init__" in SOURCES
        key = inner + ".__init__" if package and inner != "__init__" else inner
        if key not in SOURCES:
            return None
        return ModuleSpec(name, Loader(key), is_package=package)


class Loader:
    """Executes one of them."""

    def __init__(self, key):
        self.key = key

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        code = compile(SOURCES[self.key], f"<{PACKAGE}.{self.key}>", "exec")
        exec(code, module.__dict__)


def main():
    sys.meta_path.insert(0, Finder)
    from kissalg_kernel import __main__ as command

    command.__doc__ = __doc__
    return command.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
