#!/usr/bin/env python3
"""The checker of kissalg certificates in one file, for Python 3.11 or later; nothing has to be installed.

    python3 -I check.py FILE... [--expect "A(4,1/2) <= 24.2"]

One verdict for each file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected, 2 malformed or unreadable.

Assembled from kissalg/kernel by scripts/standalone_checker.py; do not edit. To read it, in order: report, grammar, polynomial, psd, identity, check, then one
file of claims for each theorem. The last lines, after the sources, make them importable and start the command.
"""

SOURCES = {}

# ==================== __init__ ====================
SOURCES['__init__'] = r'''"""The trusted checker: bytes of a certificate in, a verdict out.

Nothing here imports anything but the standard library, nothing here believes a file, and nothing else of kissalg has
to be right for a VERIFIED of this package to be a theorem. To read it, in order: `report`, `grammar`, `polynomial`,
`psd`, `identity`, `check`, then one file of `claims` for each theorem.

    >>> from kissalg.kernel import check
    >>> print(check(b"{}"))
    MALFORMED  expected the keys bound, format, parameters, provenance, theorem, witness, found none
"""

from .check import check
from .grammar import Limits
from .report import Claim, Report, Verdict

__all__ = ["Claim", "Limits", "Report", "Verdict", "check"]
'''

# ==================== __main__ ====================
SOURCES['__main__'] = r'''"""python3 -S -m kissalg.kernel FILE... [--expect "A(4,1/2) <= 24.2"]

One verdict a file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected, 2 malformed or
unreadable, the worst of all the files; 64 for a command line that makes no sense.
"""

import sys
from collections.abc import Sequence
from os import strerror
from pathlib import Path

from .check import check
from .grammar import Limits
from .report import Report, Verdict, parse_expectation

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

from collections.abc import Callable
from typing import Protocol

from .claims import fixed_size, three_point
from .grammar import Limits, Node, parse
from .report import Claim, Malformed, Refusal, Rejected, Report, Verdict, parse_expectation

__all__ = ["Certificate", "check"]

DEFAULT = Limits()
FORMAT = 1


class Certificate(Protocol):
    """A certificate that has been read completely, and not yet believed."""

    @property
    def claim(self) -> Claim:
        """What it claims."""

    def prove(self) -> None:
        """Raise Rejected unless the claim is proved."""


THEOREMS: dict[str, Callable[[Node, Node, Node], Certificate]] = {
    "three-point": three_point.read,
    "three-point-fixed-size": fixed_size.read,
}


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
    fields["format"].small(FORMAT, FORMAT)
    theorem = fields["theorem"].text()
    if theorem not in THEOREMS:
        fields["theorem"].refuse(f"one of the theorems {', '.join(THEOREMS)}")
    if not isinstance(fields["provenance"].value, dict):
        fields["provenance"].refuse("an object")
    if not all(isinstance(value, str) for value in fields["provenance"].value.values()):
        raise Malformed("expected strings only", "provenance")
    return THEOREMS[theorem](fields["parameters"], fields["bound"], fields["witness"])
'''

# ==================== claims.__init__ ====================
SOURCES['claims.__init__'] = r'''"""One module for each theorem, parameters and witness in, hypotheses checked; and the rings that they share."""

from . import invariants, three_point

__all__ = ["invariants", "three_point"]
'''

# ==================== claims.fixed_size ====================
SOURCES['claims.fixed_size'] = r'''"""A spherical code of a given size does not exist, by sums over triples of its points.

Statement
---------
Let n >= 3, -1 < c < 1, N >= 3 and e > 0. Suppose that there are positive semidefinite matrices F_k (k = 0..d), R_j^π
(j = 0, 1, π = trv, alt, std) and G_j^τ (j = 0, 1, 2, τ = sym, anti) with

    (N-2) h(u,v,t) + h(u,u,1) + h(v,v,1) + h(t,t,1) + h(1,1,1)/(N-1) + e
        + Σ_j s_j Σ_π <V^π, R_j^π> + Σ_j Σ_w p_j(w) Σ_τ <W^τ(w), G_j^τ> = 0

in Q[u,v,t]. Here h and the <V^π, R> are those of the theorem `three_point`, with kernels of degree d and Gram bases of
degree at most D; s_0 = 1 and s_1 = 1 + 2uvt - u² - v² - t²; in the coordinates x, y, z that map [-1, c] to [-1, 1],
p_0(x) = 1 + x, p_1(x) = 1 - x, p_2(x) = 1 - x²; and w runs through x, y, z. <W^sym(x), r rᵀ> is the square of the
polynomial Σ r_α x^a ((y+z)/2)^b (yz)^c of degree a + b + 2c <= D-1, and <W^anti(x), r rᵀ> the square of y - z times such
a polynomial of degree <= D-2; for w = y and w = z the three coordinates are permuted. Then no set of N unit vectors of
R^n has mutual inner products of at most c: A(n, c) <= N - 1.

Proof
-----
Suppose that there is such a set C of exactly N points.

1. Σ h(p·e, q·e, p·q) >= 0 over the triples (p,q,e) of C³: step 2 of the proof in `three_point`.
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
Bachoc & Vallentin 2008, section 3, for the kernels; the form with a fixed N is that of published certificates with the
keys claim, n, D, cut, e, F, SOS (`docs/formats.md`), their sums of squares averaged over the permutations of u, v, t.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..polynomial import ONE, Polynomial, X, Y, Z, pack, unpack
from ..psd import EXPONENT_LIMIT, Psd, read_psd
from ..report import Claim, Rejected
from .invariants import symmetrise
from .three_point import (
    Parameters,
    dyadic,
    gram_basis,
    gram_products,
    gram_sum,
    pair_average,
    require_feasible,
    triple_average,
    two_variable_form,
)

__all__ = ["FixedSize", "read"]

_SIZE_LIMIT = 10**8
_INVARIANT = ("alt", "std", "trv")
_ORBIT = {"anti": 2, "sym": 1}  # what each loses of the degree D
_INTERVAL = (1 + X, 1 - X, 1 - X**2)


@dataclass(frozen=True)
class FixedSize:
    """A certificate of this theorem; `kernels` has the degree d, `squares` the degree D, and both the same n and cos."""

    kernels: Parameters
    squares: Parameters
    size: int
    bound: Fraction
    e: Fraction
    f: list[Psd]
    r: dict[str, list[Psd]]
    g: dict[str, list[Psd]]

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        p = self.kernels
        theorem = f"three-point-fixed-size, no code of {self.size} points, degrees {p.degree} and {self.squares.degree}"
        return Claim(f"A({p.n},{p.cos})", self.bound, theorem)

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
        forms = [two_variable_form(matrix) for matrix in self.f]
        end = self.kernels.end
        total = (self.size - 2) * triple_average(self.kernels, forms) + self.e
        total += forms[0].substitute(1, end).substitute(0, end) * Fraction(1, self.size - 1)
        total += symmetrise(pair_average(self.kernels, forms) + 3 * self.orbit_squares())
        products, multipliers = gram_products(), self.squares.multipliers()
        for j, (multiplier, degree) in enumerate(zip((ONE, multipliers[4]), _degrees(self.squares), strict=True)):
            for kind in _INVARIANT:
                total += multiplier * gram_sum(self.r[kind][j], gram_basis(kind, degree), products[kind])
        return total

    def orbit_squares(self) -> Polynomial:
        """Σ_j p_j(x) Σ_τ <W^τ(x), G_j^τ> in Q[x, y, z]."""
        total = Polynomial({})
        for kind, generator in (("sym", ONE), ("anti", (Y - Z) ** 2)):
            basis = orbit_basis(self.squares.degree - _ORBIT[kind])
            for multiplier, matrix in zip(_INTERVAL, self.g[kind], strict=True):
                total += multiplier * generator * expand(gram_sum(matrix, basis, [ONE]))
        return total


def _degrees(squares: Parameters) -> tuple[int, int]:
    """The degrees of the Gram bases that go with s_0 and s_1."""
    return squares.degree, squares.degree - 2


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
    n = fields["n"].small(3, limits.dimension)
    cos = fields["cos"].rational(limits.parameter_bits)
    if not -1 < cos < 1:
        fields["cos"].refuse("a rational strictly between -1 and 1")
    squares = fields["squares"].small(1, limits.degree)
    degree = fields["degree"].small(1, squares)
    kernels, gram = Parameters(n, cos, degree, 0), Parameters(n, cos, squares, 0)
    size = fields["size"].small(3, _SIZE_LIMIT)
    limit = bound.rational(limits.bound_bits)
    parts = witness.record("F", "G", "R", "e")
    number = parts["e"].record("exponent", "value")
    e = dyadic(number["value"].integer(), number["exponent"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT))
    f = [read_psd(item, degree + 1 - k) for k, item in enumerate(parts["F"].items(degree + 1))]
    require_feasible(parameters, kernels, f)
    invariant, orbit = parts["R"].record(*_INVARIANT), parts["G"].record(*_ORBIT)
    sizes = {kind: [len(gram_basis(kind, part)) for part in _degrees(gram)] for kind in _INVARIANT}
    r = {kind: [read_psd(*pair) for pair in zip(invariant[kind].items(2), sizes[kind], strict=True)] for kind in sizes}
    g = {
        kind: [read_psd(item, len(orbit_basis(squares - loss))) for item in orbit[kind].items(3)]
        for kind, loss in _ORBIT.items()
    }
    return FixedSize(kernels, gram, size, limit, e, f, r, g)
'''

# ==================== claims.invariants ====================
SOURCES['claims.invariants'] = r'''"""The polynomials in x, y, z that are invariant under S3, as the ring Q[m1, m2, m3] of the power means m_k = (x^k + y^k + z^k)/3.

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

# ==================== claims.three_point ====================
SOURCES['claims.three_point'] = r'''"""The three-point bound for spherical codes, with its proof.

Statement
---------
Let n >= 3, -1 < c < 1, and let u, v, t stand for inner products. Suppose that there are numbers a_k >= 0, k = 1..K, and
positive semidefinite matrices B (2 x 2), F_k (k = 0..d), Q_0, Q_1 and R_j^π (j = 0..4, π = trv, alt, std) with

    (i)   Σ_k a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) + <V_0, Q_0> + g(u) <V_0, Q_1> = -1    in Q[u],
    (ii)  b22 + h(u,v,t) + Σ_j s_j(u,v,t) Σ_π <V^π, R_j^π> = 0                               in Q[u,v,t],

where h is the average over all permutations of (u,v,t) of Σ_k Q_k(u,v,t) Σ_ij (F_k)_ij T_i(u) T_j(v), with the
polynomials Q_k(u,v,t) of step 2 below; each T_i is a polynomial of degree i, V_0 = (T_i(u) T_j(u)), g(w) = (w+1)(c-w),
s_0 = 1, s_1 = Σ g, s_2 = Σ gg, s_3 = ggg and s_4 = 1 + 2uvt - u² - v² - t². Then every set C of unit vectors of R^n
whose mutual inner products are at most c has at most

    1 + Σ_k a_k + b11 + Σ_ij (F_0)_ij T_i(1) T_j(1)

points: A(n, c) <= that number.

Proof
-----
Let N be the size of a finite C, N >= 1.

1. Gegenbauer's P_k^n is a positive definite kernel on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, and its
   terms x = y contribute N.
2. Fix e in C. For p, q in C let u = p·e, v = q·e, t = p·q. The polynomial
   Q_k(u,v,t) = ((1-u²)(1-v²))^{k/2} P_k^{n-1}((t-uv) / √((1-u²)(1-v²)))
   is P_k^{n-1} at the angle between the projections of p and q to the hyperplane orthogonal to e, times the k-th powers
   of their lengths: a positive definite kernel in (p, q). So is its product with f(p·e) f(q·e), and F_k is a sum of
   squares of vectors; hence Σ_{p,q} Q_k Σ_ij (F_k)_ij T_i(u) T_j(v) >= 0. Sum over e, and average over the order of the
   three points: Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0. Triples of one point contribute N h(1,1,1), triples of two
   points 3 Σ_{x≠y} h(u,u,1) with u = x·y, and the others are triples of distinct points.
3. (1, N-1) B (1, N-1)ᵀ >= 0. Times N: N b11 + N(N-1) (2 b12 + b22) + N(N-1)(N-2) b22 >= 0, for
   (N-1)² = (N-1) + (N-1)(N-2).
4. For x ≠ y in C, -1 <= u <= c, so g(u) >= 0, and (i) gives Σ a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) <= -1. For three
   distinct points every s_j >= 0 (s_4 is a Gram determinant) and every <V^π, R_j^π> >= 0 (see below), and (ii) gives
   b22 + h <= 0.
5. Add 1 (times a_k), 2 and 3, and use 4 for the N(N-1) pairs and the N(N-1)(N-2) triples:
   0 <= N (Σ a_k + b11 + h(1,1,1)) - N(N-1). Divide by N. Finally h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because
   Q_0(u,v,t) = 1 and Q_k(1,1,1) = 0 for k >= 1. This bounds every finite C, so there is no infinite one. ∎

The Gram terms, in the coordinates x = (2u+1-c)/(1+c), and y, z likewise for v, t: for R = Σ r rᵀ, <V^trv, r rᵀ> is the
square of the polynomial Σ r_α m^α, <V^alt, r rᵀ> is the square of (x-y)(y-z)(z-x) Σ r_α m^α, and <V^std, r rᵀ> is
f² + 3 f'² for f = Σ r_{g,α} A_g m^α and f' = Σ r_{g,α} B_g m^α, with (A_1, B_1) = (2x-y-z, y-z) and
(A_2, B_2) = (2x²-y²-z², y²-z²). Here m_k = (x^k + y^k + z^k)/3; the T_i are the Chebyshev polynomials of x.

Sources
-------
Machado & Oliveira 2016, (2), (5) and (9); Bachoc & Vallentin 2008, sections 3 (the kernels of step 2) and 4 (the bound).
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul

from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..polynomial import BITS, ONE, Polynomial, X, Y, Z
from ..psd import EXPONENT_LIMIT, Psd, read_psd
from ..report import Claim, Rejected
from .invariants import symmetrise, weighted_monomials

__all__ = ["Parameters", "ThreePoint", "Witness", "read"]

_GENERATOR = 1 << 3 * BITS  # the code of a formal variable that marks the second generator of the standard basis
_KINDS = ("trv", "alt", "std")


@dataclass(frozen=True)
class Parameters:
    """The dimension n, cos θ, the degree d and the number of Gegenbauer terms, from which everything else follows."""

    n: int
    cos: Fraction
    degree: int
    linear: int

    @property
    def degrees(self) -> tuple[int, int, int, int, int]:
        """The degrees D_j of the Gram bases that go with the multipliers s_j."""
        d = self.degree
        return d, d - 1, d - 2, d - 3, d - 2

    @property
    def end(self) -> Fraction:
        """The shifted coordinate of u = 1."""
        return (3 - self.cos) / (1 + self.cos)

    @cached_property
    def inner_products(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """u, v, t as polynomials of x, y, z."""
        u, v, t = (((1 + self.cos) * shifted - (1 - self.cos)) * Fraction(1, 2) for shifted in (X, Y, Z))
        return u, v, t

    @cached_property
    def intervals(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """g(u), g(v), g(t): nonnegative for inner products in [-1, cos θ]."""
        g_u, g_v, g_t = ((w + 1) * (self.cos - w) for w in self.inner_products)
        return g_u, g_v, g_t

    def multipliers(self) -> list[Polynomial]:
        """s_0, …, s_4 in Q[m1, m2, m3]."""
        u, v, t = self.inner_products
        g_u, g_v, g_t = self.intervals
        s = [ONE, g_u + g_v + g_t, g_u * g_v + g_v * g_t + g_t * g_u, g_u * g_v * g_t]
        return [symmetrise(s_j) for s_j in [*s, 1 + 2 * u * v * t - u**2 - v**2 - t**2]]

    def gegenbauer(self) -> list[Polynomial]:
        """P_k^n(u), k = 0..linear: P_0 = 1, P_1 = u, (k+n-2) P_{k+1} = (2k+n-2) u P_k - k P_{k-1}."""
        u, n = self.inner_products[0], self.n
        terms = [ONE, u]
        for k in range(1, self.linear):
            terms.append(((2 * k + n - 2) * u * terms[k] - k * terms[k - 1]) * Fraction(1, k + n - 2))
        return terms[: self.linear + 1]

    def lifted_gegenbauer(self) -> list[Polynomial]:
        """Q_k^{n-1}(u,v,t), k = 0..d: the recurrence of P_k^{n-1}, homogeneous in r = t - uv and w = (1-u²)(1-v²)."""
        u, v, t = self.inner_products
        n, r, w = self.n - 1, t - u * v, (1 - u**2) * (1 - v**2)
        terms = [ONE, r]
        for k in range(1, self.degree):
            terms.append(((2 * k + n - 2) * r * terms[k] - k * w * terms[k - 1]) * Fraction(1, k + n - 2))
        return terms


@dataclass(frozen=True)
class Witness:
    """The numbers that are to solve the problem; a_k = a[k-1] · 2^-a_exponent."""

    a: tuple[int, ...]
    a_exponent: int
    b: Psd
    f: list[Psd]
    q: list[Psd]
    r: dict[str, list[Psd]]

    def matrices(self) -> list[Psd]:
        """Every matrix that has to be positive semidefinite."""
        return [self.b, *self.f, *self.q, *(matrix for kind in _KINDS for matrix in self.r[kind])]


@dataclass(frozen=True)
class ThreePoint:
    """A certificate of this theorem."""

    parameters: Parameters
    bound: Fraction
    witness: Witness

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        p = self.parameters
        return Claim(f"A({p.n},{p.cos})", self.bound, f"three-point, degree {p.degree}, {p.linear} Gegenbauer terms")

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        for index, value in enumerate(self.witness.a):
            if value < 0:
                raise Rejected(f"a_{index + 1} is negative", f"witness.a.values[{index}]")
        for matrix in self.witness.matrices():
            matrix.require_proof()
        forms = [two_variable_form(matrix) for matrix in self.witness.f]
        require_zero(self.first_residual(forms), "(i)", ("x", "y", "z"), "witness")
        require_zero(self.second_residual(forms), "(ii)", ("m1", "m2", "m3"), "witness")
        require_at_most(self.objective(forms), self.bound)

    def objective(self, forms: list[Polynomial]) -> Fraction:
        """1 + Σ a_k + b11 + Σ (F_0)_ij T_i(x1) T_j(x1); `forms` are the Σ (F_k)_ij T_i(x) T_j(y)."""
        end = self.parameters.end
        total = dyadic(sum(self.witness.a), self.witness.a_exponent)
        return 1 + total + self.witness.b.entry(0, 0) + forms[0].substitute(1, end).substitute(0, end).constant()

    def first_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (i), all of it on one side, in Q[x]."""
        p, w = self.parameters, self.witness
        gegenbauer = zip(w.a, p.gegenbauer()[1:], strict=True)
        total = Polynomial.combination(gegenbauer) * dyadic(1, w.a_exponent)
        total += 2 * w.b.entry(1, 0) + w.b.entry(1, 1) + 1
        squares = [two_variable_form(matrix).substitute(1, X) for matrix in w.q]
        total += squares[0] + p.intervals[0] * squares[1]
        return total + pair_average(p, forms)

    def second_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (ii), all of it on one side, in Q[m1, m2, m3]."""
        total = triple_average(self.parameters, forms) + self.witness.b.entry(1, 1)
        products = gram_products()
        for j, multiplier in enumerate(self.parameters.multipliers()):
            bases = {kind: gram_basis(kind, self.parameters.degrees[j]) for kind in _KINDS}
            squares = [gram_sum(self.witness.r[kind][j], bases[kind], products[kind]) for kind in _KINDS]
            total += multiplier * Polynomial.combination((1, square) for square in squares)
        return total


def pair_average(p: Parameters, forms: list[Polynomial]) -> Polynomial:
    """3 h(u,u,1) in Q[x]; `forms` are the F_k(x,y) = Σ (F_k)_ij T_i(x) T_j(y).

    Let H(p,q;r) = Σ_k Q_k(p,q,r) F_k(p,q), of which h is the average; H(p,q;r) = H(q,p;r), so that at (u,u,1)
    3 h = H(u,u;1) + 2 H(u,1;u). As Q_k(u,u,1) = (1-u²)^k, and Q_k(u,1,u) = 0 for k >= 1, this is
    3 h(u,u,1) = Σ_k (1-u²)^k F_k(x,x) + 2 F_0(x,x1).
    """
    total = 2 * forms[0].substitute(1, p.end)
    power = ONE
    for form in forms:
        total += power * form.substitute(1, X)
        power *= 1 - p.inner_products[0] ** 2
    return total


def triple_average(p: Parameters, forms: list[Polynomial]) -> Polynomial:
    """h in Q[m1, m2, m3]."""
    lifted = p.lifted_gegenbauer()
    return symmetrise(Polynomial.combination((1, q_k * form) for q_k, form in zip(lifted, forms, strict=True)))


def dyadic(value: int, exponent: int) -> Fraction:
    """value · 2^-exponent."""
    return Fraction(value << max(0, -exponent), 1 << max(0, exponent))


def chebyshev(size: int) -> list[list[int]]:
    """Row i holds the coefficients of T_i: T_0 = 1, T_1 = x, T_{i+1} = 2x T_i - T_{i-1}; i < size.

    >>> chebyshev(3)
    [[1, 0, 0], [0, 1, 0], [-1, 0, 2]]
    """
    rows = [[int(power == i) for power in range(size)] for i in range(min(size, 2))]
    for i in range(2, size):
        rows.append([2 * up - back for up, back in zip([0, *rows[i - 1]], rows[i - 2], strict=False)])
    return rows


def two_variable_form(matrix: Psd) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(y) in Q[x, y]."""
    columns = list(enumerate(zip(*chebyshev(matrix.size), strict=True)))  # column p lists the coefficients of x^p
    parts = []
    for part in matrix.summands():
        full = part.full()
        half = [(q, [sum(map(mul, row, column)) for row in full]) for q, column in columns]  # y^q: Σ_j X_ij T_j
        terms = {p | q << BITS: sum(map(mul, row, column)) for q, row in half for p, column in columns}
        parts.append((1, Polynomial(terms, part.denominator)))
    return Polynomial.combination(parts)


def gram_basis(kind: str, degree: int) -> list[int]:
    """The codes of the basis of this kind: monomials in m1, m2, m3, marked with the generator that they multiply."""
    if kind == "trv":
        return weighted_monomials(degree)
    if kind == "alt":
        return weighted_monomials(degree - 3)
    return weighted_monomials(degree - 1) + [_GENERATOR + code for code in weighted_monomials(degree - 2)]


def gram_products() -> dict[str, list[Polynomial]]:
    """The products of the generators: [1], [Δ²], and [G_11, G_12, G_22] for the standard part, in Q[m1, m2, m3]."""
    discriminant = ((X - Y) * (Y - Z) * (Z - X)) ** 2
    pairs = [(2 * X - Y - Z, Y - Z), (2 * X**2 - Y**2 - Z**2, Y**2 - Z**2)]
    standard = [pairs[g][0] * pairs[h][0] + 3 * pairs[g][1] * pairs[h][1] for g, h in ((0, 0), (0, 1), (1, 1))]
    return {"trv": [ONE], "alt": [symmetrise(discriminant)], "std": [symmetrise(product) for product in standard]}


def gram_sum(matrix: Psd, basis: list[int], products: list[Polynomial]) -> Polynomial:
    """Σ_ij X_ij V_ij, V_ij the product of the basis elements i and j: additions, and one product for each generator pair."""
    parts = []
    for part in matrix.summands():
        lower: defaultdict[int, int] = defaultdict(int)
        for code, row in zip(basis, part.rows, strict=True):
            for other, value in zip(basis, row, strict=False):
                lower[code + other] += value
        total = {code: 2 * value for code, value in lower.items()}
        for i, code in enumerate(basis):
            total[2 * code] -= part.rows[i][i]  # the diagonal counts once, all else twice
        for pair, product in enumerate(products):
            marked = {code - pair * _GENERATOR: value for code, value in total.items() if code // _GENERATOR == pair}
            parts.append((1, product * Polynomial(marked, part.denominator)))
    return Polynomial.combination(parts)


def read(parameters: Node, bound: Node, witness: Node) -> ThreePoint:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "linear", "n")
    n = fields["n"].small(3, limits.dimension)
    cos = fields["cos"].rational(limits.parameter_bits)
    if not -1 < cos < 1:
        fields["cos"].refuse("a rational strictly between -1 and 1")
    degree = fields["degree"].small(1, limits.degree)
    problem = Parameters(n, cos, degree, fields["linear"].small(0, 2 * degree))
    certificate = ThreePoint(problem, bound.rational(limits.bound_bits), _read_witness(witness, problem))
    require_feasible(parameters, problem, certificate.witness.f)
    return certificate


def require_feasible(node: Node, p: Parameters, f: list[Psd]) -> None:
    """Bound the work with the kernels: the coefficients of Q_k have up to 4d times the bits of cos, their products with F_k take about d⁵ steps."""
    bits = max(matrix.bits for matrix in f) + 4 * p.degree * (p.cos.numerator * p.cos.denominator).bit_length()
    if (work := p.degree**5 * (1 + bits // 64)) > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")


def _read_witness(node: Node, problem: Parameters) -> Witness:
    fields = node.record("B", "F", "Q", "R", "a")
    linear = fields["a"].record("exponent", "values")
    d = problem.degree
    blocks = fields["R"].record(*_KINDS)
    sizes = {kind: [len(gram_basis(kind, degree)) for degree in problem.degrees] for kind in _KINDS}
    return Witness(
        a=tuple(item.integer() for item in linear["values"].items(problem.linear)),
        a_exponent=linear["exponent"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT),
        b=read_psd(fields["B"], 2),
        f=[read_psd(item, d + 1 - k) for k, item in enumerate(fields["F"].items(d + 1))],
        q=[read_psd(item, d + 1 - k) for k, item in enumerate(fields["Q"].items(2))],
        r={kind: [read_psd(*pair) for pair in zip(blocks[kind].items(5), sizes[kind], strict=True)] for kind in _KINDS},
    )
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
# A string, finished or not, or a bracket. Possessive, and an unfinished string runs to the end: the scan is linear on every input.
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
    work: int = (
        1 << 33
    )  # steps of 64 bits: rows³ for each matrix, degree⁵ for the kernel polynomials; some minutes each

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
SOURCES['identity'] = r'''"""The two comparisons on which every theorem ends: a polynomial that has to vanish, an objective that has to be small."""

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

__all__ = [
    "BITS",
    "ONE",
    "Polynomial",
    "X",
    "Y",
    "Z",
    "monomial_text",
    "pack",
    "unpack",
]

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
SOURCES['psd'] = r'''"""Positive semidefinite matrices that carry their own proof: a sum of squares, and a correction that Gershgorin controls.

    X = Σ_j 2^(-exponents[j]) c_j c_jᵀ  +  2^(-shift) I  +  A

The first sum is positive semidefinite. A is symmetric, and if no absolute row sum of A exceeds 2^-shift, then by
Gershgorin's theorem every eigenvalue of A is at least -2^-shift, and so 2^(-shift) I + A is positive semidefinite too.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul

from .grammar import Limits, Node
from .report import Malformed, Rejected, magnitude

__all__ = ["EXPONENT_LIMIT", "Psd", "Symmetric", "read_psd"]

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
    """A matrix in the encoding above: `columns[j]` starts at the diagonal, `correction` lists (i, j, numerator), i >= j."""

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
        return [dyadic, self._correction_matrix()] if self.correction else [dyadic]

    def _correction_matrix(self) -> Symmetric:
        rows = [[0] * (i + 1) for i in range(self.size)]
        for i, j, value in self.correction:
            rows[i][j] = value
        return Symmetric(rows, self.denominator)

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
        entries, denominator = _read_correction(fields["correction"], size)
    matrix = Psd(node.path, columns, exponents, shift, entries, denominator)
    _require_fits(matrix, node.limits)
    return matrix


def _read_correction(node: Node, size: int) -> tuple[tuple[tuple[int, int, int], ...], int]:
    fields = node.record("denominator", "entries")
    denominator = fields["denominator"].integer()
    if denominator <= 0:
        fields["denominator"].refuse("a positive denominator")
    entries = []
    previous = (-1, -1)
    for item in fields["entries"].items():
        row, column, number = item.items(3)
        i = row.small(0, size - 1)
        j = column.small(0, i)
        value = number.integer()
        if (i, j) <= previous:
            item.refuse(f"positions in strictly increasing order after {previous}", f"{(i, j)}")
        if value == 0:
            number.refuse("a nonzero entry")
        previous = (i, j)
        entries.append((i, j, value))
    if gcd(denominator, *(value for _, _, value in entries)) != 1:
        node.refuse("no common factor of the denominator and all the entries", "one")
    return tuple(entries), denominator


def _require_fits(matrix: Psd, limits: Limits) -> None:
    """Bound the memory that the factor takes once it is brought to a common exponent, and the time to multiply it out."""
    bits = matrix.size * (matrix.size + 1) // 2 * matrix.bits
    if bits > limits.matrix_bits:
        raise Malformed(f"{bits} bits of factor at a common exponent; the limit is {limits.matrix_bits}", matrix.path)
    if (work := matrix.size**3 * (1 + matrix.bits // 64)) > limits.work:
        raise Malformed(f"the factor needs about {work} steps; the limit is {limits.work}", matrix.path)
'''

# ==================== report ====================
SOURCES['report'] = r'''"""Verdicts, claims and reports: what the checker says, and how a bound is printed without ever being understated."""

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

__all__ = ["Claim", "Malformed", "Refusal", "Rejected", "Report", "Verdict", "decimal_up", "parse_expectation"]

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


@dataclass(frozen=True)
class Claim:
    """`quantity <= bound`, and the theorem that is said to prove it; `quantity` is normalised, such as `A(4,1/2)`."""

    quantity: str
    bound: Fraction
    theorem: str = ""

    def __str__(self) -> str:
        return f"{self.quantity} <= {decimal_up(self.bound)}"

    def implies(self, other: "Claim") -> bool:
        """Whether this claim is about the same quantity as `other` and its bound is as good."""
        return self.quantity == other.quantity and self.bound <= other.bound


_NUMBER = r"(-?[0-9]{1,40}(?:\.[0-9]{1,40}|\s*/\s*[0-9]{1,40})?)"
_EXPECTATION = re.compile(rf"\s*A\s*\(\s*([0-9]{{1,9}})\s*,\s*{_NUMBER}\s*\)\s*<=\s*{_NUMBER}\s*", re.ASCII)


def parse_expectation(text: str) -> Claim:
    """Read `A(n, cos) <= bound`; both numbers are integers, decimals or fractions. Raises ValueError for anything else.

    >>> parse_expectation("A(4, 1/2) <= 24.5")
    Claim(quantity='A(4,1/2)', bound=Fraction(49, 2), theorem='')
    """
    match = _EXPECTATION.fullmatch(text)
    if match is None:
        raise ValueError(f'expected a claim such as "A(4,1/2) <= 24.2", found {text[:80]!a}')
    try:
        cos, bound = (Fraction(re.sub(r"\s", "", number)) for number in match.group(2, 3))
    except ZeroDivisionError:
        raise ValueError(f"a denominator is zero in {text[:80]!a}") from None
    return Claim(f"A({int(match.group(1))},{cos})", bound)


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
        return f"{status}: {self.claim}, exactly {self.claim.bound}, by {self.claim.theorem}"
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
