"""Three-point witnesses in JSON with the keys claim, n, D, cut, e, F, SOS: no code of N = n points, by a contradiction.

The kernels are in the monomial basis: R = (N-2) s(u,v,t) + s(u,u,1) + s(v,v,1) + s(t,t,1) + s(1,1,1)/(N-1), s the
S3-average of Σ_k Q_k Σ_ij (F_k)_ij u^i v^j, and the identity is  -R - e/C(N,2) = Σ g zᵀ B z  over the blocks of SOS,
with F_k and B positive semidefinite, e > 0 and every g nonnegative for inner products of distinct points. Then A(n, θ)
<= N - 1 (`kissalg.families.three_point_fixed_size.model` has the proof).

A file without SOS proves nothing by itself: it names F and leaves an inequality open. `complete` finds the sums of
squares with kissalg's own solver and writes a certificate that the kernel verifies; `sums_of_squares` says what has
been found in the terms of the format.

Main definitions: `FixedSizeWitness`, `read_fixed_size_witness`, `check_fixed_size_witness`, `complete`, `SquareBlock`,
`write_fixed_size_witness`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.gram import GramBasis, s3_covariants
from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, from_power_means
from kissalg.algebra.orthogonal import chebyshev_matrix
from kissalg.algebra.three_point_kernels import KERNEL_VARIABLES, average_over_permutations, inner_kernel
from kissalg.certificate import Certificate, certificate_of
from kissalg.errors import PublishedError, RoundingError
from kissalg.exact.matrix import symmetric
from kissalg.exact.rational import fraction
from kissalg.families.three_point.model import ShiftedVariable
from kissalg.families.three_point_fixed_size.model import FixedSizeProblem, completion, fixed_size
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import cosine, integer, matrix_of, member, number, parse_json, shown
from kissalg.published.positivity import is_positive
from kissalg.rounding import ExactSolution, round_interior
from kissalg.sdp.terms import InvariantSquares, OrbitSquares, orbit_exponents
from kissalg.solvers import Iteration, Status, solve

__all__ = [
    "Completion",
    "FixedSizeWitness",
    "SquareBlock",
    "check_fixed_size_witness",
    "complete",
    "read_fixed_size_witness",
    "sums_of_squares",
    "write_fixed_size_witness",
]

FORMAT = "three-point-fixed-n"
MAX_DEGREE = 20
MAX_BASIS = 1500
_FACTOR = re.compile(r"(\()?\s*([0-9]+(?:/[0-9]+)?)\s*([+-])\s*([uvt])\s*(?(1)\))")
_DIMENSION = re.compile(r"\bdimension\s+([0-9]{1,4})\b")


@dataclass(frozen=True, repr=False)
class SquareBlock:
    """One summand g zᵀ B z: the name of the multiplier, the exponents of the monomials z, the matrix B."""

    g: str
    basis: tuple[tuple[int, int, int], ...]
    matrix: fmpq_mat

    def __repr__(self) -> str:
        return f"SquareBlock({self.g!r}, {len(self.basis)} monomials)"


@dataclass(frozen=True, repr=False)
class FixedSizeWitness:
    """The content of a file.

    Attributes:
        size: N (the key `n`).
        degree: d = D/2.
        cos: the largest inner product (`cut`).
        e: as in the file; the inequality is R <= -e/C(N,2).
        kernels: F_0, …, F_d in the monomial basis.
        squares: the blocks of SOS; None if they are left out.
        dimension: the dimension of the space, and whether the file says so.
        stated: whether the claim of the file states the dimension.
    """

    size: int
    degree: int
    cos: fmpq
    e: fmpq
    kernels: tuple[fmpq_mat, ...]
    squares: tuple[SquareBlock, ...] | None
    dimension: int
    stated: bool

    @property
    def statement(self) -> str:
        """What the file claims."""
        return f"A({self.dimension}, {self.cos}) <= {self.size - 1}"

    @property
    def level(self) -> fmpq:
        """e/C(N,2), the e of `kissalg.families.three_point_fixed_size.model`."""
        return self.e / comb(self.size, 2)

    def shifted_kernels(self) -> dict[str, fmpq_mat]:
        """F_0, …, F_d in the basis T_i(x) of the shifted variable: with u^i = Σ_j A_ij T_j(x), AᵀFA."""
        cosine = ShiftedVariable(self.cos).cosine
        result = {}
        for k, kernel in enumerate(self.kernels):
            size = kernel.nrows()
            powers = [cosine**i for i in range(size)]
            monomial = fmpq_mat(size, size, [powers[i][j] for i in range(size) for j in range(size)])
            change = monomial * chebyshev_matrix(size - 1).inv()
            result[f"F{k}"] = change.transpose() * kernel * change
        return result

    def inequality(self) -> fmpq_mpoly:
        """R in Q[u, v, t], expanded from the definition."""
        n, ring = self.dimension, KERNEL_VARIABLES
        u, v, _ = ring.gens()
        s = ring.constant(0)
        for k, kernel in enumerate(self.kernels):
            form = ring.from_dict(
                {(i, j, 0): kernel[i, j] for i in range(kernel.nrows()) for j in range(kernel.nrows())}
            )
            s += inner_kernel(n, k) * form
        s = average_over_permutations(s)
        one = ring.constant(1)
        pair = s.compose(u, u, one)
        at_one = s.compose(one, one, one)
        pairs = sum((pair.compose(w, v, v) for w in ring.gens()), ring.constant(0))
        return (self.size - 2) * s + pairs + at_one / (self.size - 1)

    def __repr__(self) -> str:
        squares = "missing" if self.squares is None else "given"
        return f"FixedSizeWitness({self.statement}, D = {2 * self.degree}, SOS {squares})"


def read_fixed_size_witness(text: str, dimension: int | None = None) -> FixedSizeWitness:
    """The witness in a JSON text.

    Args:
        text: the content of the file.
        dimension: the dimension of the space. The format has no key for it; without it, `dimension N` in the claim
            counts, or 3.

    Returns:
        The witness, complete or without its sums of squares.

    Raises:
        PublishedError: the text does not follow the format.
    """
    tree = parse_json(text)
    size = integer(member(tree, "n"), "n", 3, 10**6)
    twice = integer(member(tree, "D"), "D", 2, 2 * MAX_DEGREE)
    if twice % 2:
        raise PublishedError(f"D: expected an even number, found {twice}")
    cos = cosine(member(tree, "cut"), "cut")
    blocks = member(tree, "F")
    if not isinstance(blocks, list) or len(blocks) != twice // 2 + 1:
        raise PublishedError(f"F: expected {twice // 2 + 1} matrices, found {shown(blocks)}")
    kernels = tuple(matrix_of(block, f"F[{k}]") for k, block in enumerate(blocks))
    for k, kernel in enumerate(kernels):
        symmetric_of(kernel, twice // 2 + 1 - k, f"F[{k}]")
    squares = None
    if tree.get("SOS") is not None:
        if not isinstance(tree["SOS"], list):
            raise PublishedError(f"SOS: expected a list of blocks, found {shown(tree['SOS'])}")
        squares = tuple(_block(block, f"SOS[{i}]") for i, block in enumerate(tree["SOS"]))
    claim = tree.get("claim", "")
    stated = _DIMENSION.search(claim) if isinstance(claim, str) else None
    found = int(stated[1]) if stated is not None else 3
    return FixedSizeWitness(
        size,
        twice // 2,
        cos,
        number(member(tree, "e"), "e"),
        kernels,
        squares,
        integer(dimension if dimension is not None else found, "dimension", 3, 10**4),
        dimension is not None or stated is not None,
    )


def symmetric_of(matrix: fmpq_mat, size: int, where: str) -> fmpq_mat:
    """The matrix, if it is symmetric and of the given size; a PublishedError names the place where it is not."""
    if matrix.nrows() != size:
        raise PublishedError(f"{where}: expected a matrix of size {size}, found {matrix.nrows()}")
    return symmetric(matrix, size, where)


def _block(tree: Any, where: str) -> SquareBlock:
    g = member(tree, "g", where)
    if not isinstance(g, str) or len(g) > 200:
        raise PublishedError(f"{where}.g: expected the name of a multiplier, found {shown(g)}")
    exponents = member(tree, "basis", where)
    if not isinstance(exponents, list) or len(exponents) > MAX_BASIS:
        raise PublishedError(
            f"{where}.basis: expected a list of at most {MAX_BASIS} exponents, found {shown(exponents)}"
        )
    basis = []
    for i, triple in enumerate(exponents):
        if not isinstance(triple, list) or len(triple) != 3:
            raise PublishedError(f"{where}.basis[{i}]: expected three exponents, found {shown(triple)}")
        a, b, c = (integer(x, f"{where}.basis[{i}]", 0, 2 * MAX_DEGREE) for x in triple)
        basis.append((a, b, c))
    matrix = symmetric_of(matrix_of(member(tree, "B", where), f"{where}.B"), len(basis), f"{where}.B")
    return SquareBlock(g, tuple(basis), matrix)


def multiplier(g: str, cos: fmpq) -> fmpq_mpoly:
    """The polynomial of a multiplier g, as the format writes it, for the cosine c.

    It is 1, 1+w, c-w, a product of such factors for w = u, v, t, or detG.

    Raises:
        PublishedError: it is none of these, so that nothing says that it is nonnegative.

    >>> multiplier("(1+u)(1/2-u)", fmpq(1, 2))
    -u^2 - 1/2*u + 1/2
    """
    u, v, t = KERNEL_VARIABLES.gens()
    if g.strip() == "detG":
        return 1 + 2 * u * v * t - u**2 - v**2 - t**2
    result = KERNEL_VARIABLES.constant(1)
    rest = g.strip()
    if rest == "1":
        return result
    for factor in re.split(r"(?<=\))\s*\*?\s*(?=\()", rest):
        match = _FACTOR.fullmatch(factor)
        if match is None:
            raise PublishedError(
                f"g: expected 1, 1+w, {cos}-w, products of these for w = u, v, t, or detG, found {shown(g)}"
            )
        constant, sign = number(match[2], "g"), match[3]
        w = dict(zip("uvt", (u, v, t), strict=True))[match[4]]
        if (sign, constant) not in (("+", fmpq(1)), ("-", cos)):
            raise PublishedError(f"g: {factor[:40]} is not known to be nonnegative on [-1, {cos}]")
        result *= constant + w if sign == "+" else constant - w
    return result


def check_fixed_size_witness(witness: FixedSizeWitness) -> Finding:
    """The exact verdict: VERIFIED, REJECTED with the part that fails, or INCOMPLETE without sums of squares.

    All matrices are decided exactly, and the identity is compared coefficient by coefficient.
    """
    facts = [f"N = {witness.size}, D = {2 * witness.degree}, e = {shown(witness.e)}, {len(witness.kernels)} matrices F"]
    if not witness.stated:
        facts.append(f"the file does not state the dimension; {witness.dimension} is assumed (--dimension)")

    def rejected(reason: str) -> Finding:
        return Finding(FORMAT, Outcome.REJECTED, witness.statement, reason, tuple(facts))

    if witness.e <= 0:
        return rejected(f"e = {shown(witness.e)} is not positive")
    for k, kernel in enumerate(witness.kernels):
        if not is_positive(kernel, f"F[{k}]"):
            return rejected(f"F[{k}] is not positive semidefinite")
    facts.append("every F is positive semidefinite (exactly)")
    if witness.squares is None:
        reason = (
            f"incomplete: the sums of squares (key SOS) that would prove R <= -{shown(witness.level)} are missing; "
            "complete them with --complete"
        )
        return Finding(FORMAT, Outcome.INCOMPLETE, witness.statement, reason, tuple(facts))
    left = witness.inequality() + witness.level
    for index, block in enumerate(witness.squares):
        if not is_positive(block.matrix, f"SOS[{index}].B"):
            return rejected(f"SOS[{index}].B is not positive semidefinite")
        left += multiplier(block.g, witness.cos) * _expanded(block)
    remainder = left.to_dict()
    if remainder:
        where = next(iter(remainder))
        return rejected(f"the identity fails in {len(remainder)} coefficients, the first at the exponents {where}")
    return Finding(FORMAT, Outcome.VERIFIED, witness.statement, "", tuple(facts))


def _expanded(block: SquareBlock) -> fmpq_mpoly:
    sums: dict[tuple[int, ...], fmpq] = {}
    for i, (a, b, c) in enumerate(block.basis):
        for j, (k, l, m) in enumerate(block.basis):
            key = (a + k, b + l, c + m)
            sums[key] = sums.get(key, fmpq(0)) + block.matrix[i, j]
    return KERNEL_VARIABLES.from_dict(sums)


@dataclass(frozen=True, repr=False)
class Completion:
    """The missing sums of squares, found.

    Attributes:
        certificate: a kissalg certificate of the claim, with the F of the file, exactly; the kernel decides about it.
        exact: the exact solution behind it.
        e: the e of the certificate, times C(N,2), to compare with that of the file: R <= -e/C(N,2) is proved.
    """

    certificate: Certificate
    exact: ExactSolution
    e: fmpq

    def __repr__(self) -> str:
        return f"Completion({self.certificate!r})"


def complete(
    witness: FixedSizeWitness, squares: int | None = None, progress: Callable[[Iteration], None] | None = None
) -> Completion:
    """Find sums of squares for given F blocks, and write a certificate.

    Args:
        witness: from `read_fixed_size_witness`; its own sums of squares are not used.
        squares: the degree D of the sums of squares; by default that of the file, and a few more if that fails.
        progress: called after each iteration of the solver.

    Returns:
        The certificate, and the exact solution behind it.

    Raises:
        RoundingError: no strictly feasible sums of squares of that degree were found.
    """
    first = witness.degree if squares is None else squares
    last = first + 3 if squares is None else first
    kernels = witness.shifted_kernels()
    reason = ""
    for degree in range(first, last + 1):
        problem = completion(
            fixed_size(witness.dimension, fraction(witness.cos), witness.size, witness.degree, degree), kernels
        )
        solution = solve(problem, progress=progress)
        if solution.status is not Status.OPTIMAL or solution.primal_objective >= 0:
            reason = f"degree {degree}: {solution.status.value}, {solution.message}"
            continue
        exact = round_interior(solution)
        provenance = {"kernels": f"published three-point witness, N = {witness.size}, D = {2 * witness.degree}"}
        certificate = certificate_of(exact.problem, exact.psd, exact.vectors, provenance)
        return Completion(certificate, exact, exact.vectors["e"].value()[0] * comb(witness.size, 2))
    raise RoundingError(f"no sums of squares of degree {first} to {last} complete these F blocks ({reason})")


def sums_of_squares(exact: ExactSolution) -> tuple[SquareBlock, ...]:
    """The sums of squares of a completion as blocks g zᵀ B z of the published format, in Q[u, v, t]."""
    problem = exact.problem
    assert isinstance(problem, FixedSizeProblem)
    (identity,) = problem.identities
    shift = ShiftedVariable(problem.cos)
    blocks: list[SquareBlock] = []
    for term in identity.terms:
        if isinstance(term, InvariantSquares):
            g = "1" if term.variable.name.startswith("R0") else "detG"
            matrix = exact.psd[term.variable.name].value()
            blocks += [
                _monomial_block(g, polynomials, matrix * factor, shift)
                for polynomials, factor in _invariant_vectors(term.basis)
            ]
        elif isinstance(term, OrbitSquares):
            matrix = exact.psd[term.variable.name].value()
            blocks += _orbit_blocks(term, matrix, shift)
    return tuple(blocks)


def _invariant_vectors(basis: GramBasis) -> Iterator[tuple[list[fmpq_mpoly], fmpq]]:
    """The vectors of polynomials in x, y, z whose squares make <V^π, X>, with their factors."""
    m1, m2, m3 = (from_power_means(m) for m in POWER_MEANS.gens())
    for copy in s3_covariants()[basis.kind].copies:
        pairs = zip(copy.generators, basis.parts, strict=True)
        yield [generator * m1**a * m2**b * m3**c for generator, part in pairs for a, b, c in part], copy.weight


def _orbit_blocks(term: OrbitSquares, matrix: fmpq_mat, shift: ShiftedVariable) -> Iterator[SquareBlock]:
    """One block for each of the three inner products; 1 + x = 2(1+u)/(1+c) and 1 - x = 2(c-u)/(1+c)."""
    gens = COORDINATES.gens()
    cos, scale = shift.cos, 2 / (1 + shift.cos)
    names: Mapping[str, tuple[str, fmpq]] = {
        "G0": ("1+{w}", scale),
        "G1": (f"{cos}-{{w}}", scale),
        "G2": (f"(1+{{w}})({cos}-{{w}})", scale * scale),
    }
    name, factor = names[term.variable.name[:2]]
    for index, letter in enumerate("uvt"):
        x, y, z = gens[index], gens[index - 1], gens[index - 2]
        outer = y - z if term.alternating else COORDINATES.constant(1)
        vector = [outer * x**a * ((y + z) / 2) ** b * (y * z) ** c for a, b, c in orbit_exponents(term.degree)]
        yield _monomial_block(name.format(w=letter), vector, matrix * factor, shift)


def _monomial_block(g: str, vector: Sequence[fmpq_mpoly], matrix: fmpq_mat, shift: ShiftedVariable) -> SquareBlock:
    """wᵀ X w as zᵀ B z, z the monomials in u, v, t that occur in w (given in x, y, z)."""
    u = KERNEL_VARIABLES.gens()
    images = [shift.shifted_at(fmpq(0)) + (2 / (1 + shift.cos)) * w for w in u]
    rows = [polynomial.compose(*images, ctx=KERNEL_VARIABLES).to_dict() for polynomial in vector]
    basis = sorted({key for row in rows for key in row})
    change = fmpq_mat(len(rows), len(basis), [row.get(key, fmpq(0)) for row in rows for key in basis])
    return SquareBlock(g, tuple((int(a), int(b), int(c)) for a, b, c in basis), change.transpose() * matrix * change)


def write_fixed_size_witness(witness: FixedSizeWitness, exact: ExactSolution | None = None) -> str:
    """The JSON text of a witness.

    The claim states the dimension, which has no key of its own.

    Args:
        witness: the witness.
        exact: the exact solution of a completion, whose sums of squares and e are then written in the place of its own.
    """
    if exact is not None:
        e = exact.vectors["e"].value()[0] * comb(witness.size, 2)
        witness = replace(witness, squares=sums_of_squares(exact), e=e)
    code = f"code of {witness.size} points with inner products <= {witness.cos}"
    tree: dict[str, Any] = {
        "claim": f"dimension {witness.dimension}: there is no {code}",
        "n": witness.size,
        "D": 2 * witness.degree,
        "cut": str(witness.cos),
        "e": str(witness.e),
        "F": [_rows(kernel) for kernel in witness.kernels],
    }
    if witness.squares is not None:
        tree["SOS"] = [
            {
                "g": block.g,
                "deg": max((sum(key) for key in block.basis), default=0),
                "basis": [list(key) for key in block.basis],
                "B": _rows(block.matrix),
            }
            for block in witness.squares
        ]
    return json.dumps(tree)


def _rows(matrix: fmpq_mat) -> list[list[str]]:
    return [[str(entry) for entry in row] for row in matrix.tolist()]
