"""The three-point witness of KNWIT003 containers (`kissalg.published.knwit_container` has the bytes).

The witness for dimension n and degree d (names: `block_names`) is a feasible point of the three-point bound without the
2 x 2 block B, in u, v, t,

    M = 1 + Σ_(k=0..2d) a_k + <J, F_0>,   1 + Σ a_k P_k^n(u) + 3 H(u,u,1) + σ_0 + (u+1)(c-u) σ_1 = 0,
    H + Σ_w s_w Σ_π <K^π, X_w^π> = 0,

with monomial bases: u^i for F and σ, e1^a e2^b e3^c (elementary symmetric functions) for the invariant squares, and for
the standard part the generators (2u-v-t, v-t) and (2vt-ut-uv, ut-uv) with K = (A A' + 3 B B')/2. `kissalg_values`
changes the bases exactly to those of `kissalg.families.three_point.model`; the term a_0 is divided out: all is scaled
by 1/(1 + a_0), which never makes M larger.

Main definitions: `Witness`, `read_witness`, `check_witness`, `from_certificate`, `from_values`, `write_witness`,
`block_names`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.gram import KINDS, Kind, gram_basis
from kissalg.algebra.invariant_ring import POWER_MEANS, Exponent, elementary, means_from_sums
from kissalg.algebra.orthogonal import chebyshev_matrix
from kissalg.audit import read_document
from kissalg.certificate import Certificate
from kissalg.errors import PublishedError
from kissalg.exact.rational import decimal_up, fraction, rational
from kissalg.families.three_point.model import THEOREM, ShiftedVariable, ThreePointProblem, three_point
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import cosine, integer, member, number, parse_json, shown
from kissalg.published.knwit_container import read_container, write_container
from kissalg.published.numeric import judge_values
from kissalg.sdp.model import Value
from kissalg.witness.parsing import Finding as Refusal

__all__ = [
    "Witness",
    "block_names",
    "check_witness",
    "from_certificate",
    "from_values",
    "kissalg_values",
    "read_manifest",
    "read_witness",
    "write_witness",
]

FORMAT = "KNWIT003"
MAX_DEGREE = 24
_LOSSES = (0, 1, 2, 3, 2)  # of degree, for the multipliers s_0, …, s_4


@dataclass(frozen=True, repr=False)
class Witness:
    """The named blocks of a witness, in its own bases, with the parameters, which the container does not hold."""

    n: int
    cos: fmpq
    degree: int
    blocks: Mapping[str, fmpq_mat]

    @property
    def problem(self) -> ThreePointProblem:
        """The three-point bound with Gegenbauer terms up to 2d, of which this is the face B = 0."""
        problem = three_point(self.n, fraction(self.cos), self.degree)
        return problem.restricted([variable.name for variable in problem.variables if variable.name != "B"])

    def __repr__(self) -> str:
        return f"Witness(n = {self.n}, cos = {self.cos}, degree {self.degree}, {len(self.blocks)} blocks)"


def block_names(degree: int, kinds: Sequence[Kind] = KINDS) -> dict[str, int]:
    """The names of the blocks in their order, with their sizes; blocks of size 0 are left out.

    Args:
        degree: d.
        kinds: the order of the representations of the multipliers.

    >>> list(block_names(1).items())[:5]
    [('F/00', 2), ('F/01', 1), ('a/00', 1), ('a/01', 1), ('a/02', 1)]
    """
    names = {f"F/{k:02d}": degree + 1 - k for k in range(degree + 1)}
    names |= {f"a/{k:02d}": 1 for k in range(2 * degree + 1)}
    for w, loss in enumerate(_LOSSES, 1):
        names |= {f"trivariatesos/{w}/{r}": gram_basis(kind, degree - loss).size for r, kind in enumerate(kinds, 1)}
    names |= {"univariatesos/1": degree + 1, "univariatesos/2": degree}
    return {name: names[name] for name in sorted(names) if names[name]}


def read_witness(data: bytes, n: int, cos: fmpq, degree: int | None = None) -> Witness:
    """The witness in a container.

    The three representations of a multiplier may be stored in any order; it is recognised by the sizes of the blocks.

    Args:
        data: the bytes of the container.
        n: the dimension of the space, from the manifest.
        cos: the cosine of the minimal angle, from the manifest.
        degree: d; by default one less than the size of the first block.

    Returns:
        The witness, whose claims have not been checked.

    Raises:
        PublishedError: the container is damaged, or its blocks do not have the sizes of such a witness.
    """
    matrices = read_container(data)
    degree = matrices[0].nrows() - 1 if degree is None else degree
    integer(degree, "degree", 1, MAX_DEGREE)
    integer(n, "n", 3, 10_000)
    cos = cosine(str(cos), "cos")
    sizes = [matrix.nrows() for matrix in matrices]
    for kinds in _orders():
        names = block_names(degree, kinds)
        if list(names.values()) == sizes:
            renamed = {_canonical(name, kinds): matrix for name, matrix in zip(names, matrices, strict=True)}
            return Witness(n, cos, degree, renamed)
    raise PublishedError(
        f"expected {len(block_names(degree))} blocks with the sizes of a witness of degree {degree}, "
        f"found {len(sizes)}: {sizes[:12]}…"
    )


def _orders() -> list[tuple[Kind, ...]]:
    return [
        ("trv", "alt", "std"),
        ("trv", "std", "alt"),
        ("alt", "trv", "std"),
        ("alt", "std", "trv"),
        ("std", "trv", "alt"),
        ("std", "alt", "trv"),
    ]


def _canonical(name: str, kinds: Sequence[Kind]) -> str:
    """The name with the representation by its kind: trivariatesos/2/std."""
    if not name.startswith("trivariatesos"):
        return name
    head, w, r = name.split("/")
    return f"{head}/{w}/{kinds[int(r) - 1]}"


def _powers(cos: fmpq, size: int) -> fmpq_mat:
    """A with u^i = Σ_j A_ij T_j(x)."""
    cosine = ShiftedVariable(cos).cosine
    powers = [cosine**i for i in range(size)]
    return (
        fmpq_mat(size, size, [powers[i][j] for i in range(size) for j in range(size)])
        * chebyshev_matrix(size - 1).inv()
    )


def _elementary_means(cos: fmpq) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
    """e1, e2, e3 of u, v, t in Q[m1, m2, m3], the power means of x, y, z; u = αx + β."""
    alpha, beta = (1 + cos) / 2, (cos - 1) / 2
    e1, e2, e3 = (means_from_sums(elementary(k)) for k in (1, 2, 3))
    return (
        alpha * e1 + 3 * beta,
        alpha**2 * e2 + 2 * alpha * beta * e1 + 3 * beta**2,
        alpha**3 * e3 + alpha**2 * beta * e2 + alpha * beta**2 * e1 + beta**3,
    )


def _invariant_change(kind: Kind, degree: int, cos: fmpq) -> fmpq_mat:
    """T: row i holds the i-th basis element of the witness in the basis of kissalg (std: in the two generators)."""
    basis = gram_basis(kind, degree)
    alpha, beta = (1 + cos) / 2, (cos - 1) / 2
    e = _elementary_means(cos)
    one = POWER_MEANS.constant(1)

    def monomial(exponent: Exponent) -> fmpq_mpoly:
        a, b, c = exponent
        return e[0] ** a * e[1] ** b * e[2] ** c

    rows: list[list[fmpq]] = []
    for generator, part in enumerate(basis.parts):
        for exponent in part:
            plain = monomial(exponent)
            if kind == "trv":
                elements = [plain]
            elif kind == "alt":  # (u-v)(v-t)(t-u) = α³ (x-y)(y-z)(z-x)
                elements = [alpha**3 * plain]
            elif generator == 0:  # 2u-v-t = α (2x-y-z)
                elements = [alpha * plain, 0 * one]
            else:  # 2vt-ut-uv = (2u²-v²-t²) - e1 (2u-v-t), and 2u²-v²-t² = α² (2x²-y²-z²) + 2αβ (2x-y-z)
                elements = [plain * (2 * alpha * beta - alpha * e[0]), alpha**2 * plain]
            rows.append(
                [c for element, target in zip(elements, basis.parts, strict=True) for c in _in(element, target)]
            )
    return fmpq_mat(rows)


def _in(element: fmpq_mpoly, monomials: Sequence[Exponent]) -> list[fmpq]:
    terms = element.to_dict()
    result = [terms.pop(exponent, fmpq(0)) for exponent in monomials]
    assert not terms, "a basis element has a degree that is too large"
    return result


def _factor(kind: Kind) -> fmpq:
    """K^std = (A A' + 3 B B')/2 is half of the pairing of kissalg."""
    return fmpq(1, 2) if kind == "std" else fmpq(1)


def kissalg_values(witness: Witness) -> dict[str, Value]:
    """The values of the variables of `witness.problem` that the witness stands for, exactly, scaled by 1/(1 + a_0).

    Raises:
        PublishedError: a_0 <= -1, so that the scaling is impossible.
    """
    d, blocks = witness.degree, witness.blocks
    scale = 1 + blocks["a/00"][0, 0]
    if scale <= 0:
        raise PublishedError(f"a_0 = {shown(scale - 1)}: expected a number >= 0")
    values: dict[str, Value] = {"a": [blocks[f"a/{k:02d}"][0, 0] / scale for k in range(1, 2 * d + 1)]}

    def changed(matrix: fmpq_mat, change: fmpq_mat, factor: fmpq) -> fmpq_mat:
        return change.transpose() * matrix * change * (factor / scale)

    for k in range(d + 1):
        values[f"F{k}"] = changed(blocks[f"F/{k:02d}"], _powers(witness.cos, d + 1 - k), fmpq(1))
    for i in range(2):
        values[f"Q{i}"] = changed(blocks[f"univariatesos/{i + 1}"], _powers(witness.cos, d + 1 - i), fmpq(1))
    for j, loss in enumerate(_LOSSES):
        for kind in KINDS:
            name = f"trivariatesos/{j + 1}/{kind}"
            if name in blocks:
                change = _invariant_change(kind, d - loss, witness.cos)
                values[f"R{j}.{kind}"] = changed(blocks[name], change, _factor(kind))
    return values


def check_witness(
    witness: Witness, claimed: fmpq | None = None, digest: str | None = None, data: bytes = b""
) -> Finding:
    """The exact verdict: every block positive semidefinite, both identities coefficient by coefficient, the bound M.

    Args:
        witness: from `read_witness`.
        claimed: the bound of the manifest, if there is one.
        digest: the sha256 of the manifest, if there is one.
        data: the bytes that the digest is about.

    Returns:
        VERIFIED with the bound, or REJECTED with the part that fails.
    """
    statement = f"A({witness.n}, {witness.cos}) <= "
    largest = max(m.nrows() for m in witness.blocks.values())
    facts = (f"degree {witness.degree}, {len(witness.blocks)} blocks, the largest of size {largest}",)
    if digest is not None and sha256(data).hexdigest() != digest:
        return Finding(
            FORMAT, Outcome.REJECTED, statement + "?", "the sha256 of the manifest is that of another file", facts
        )
    if witness.blocks["a/00"][0, 0] < 0:
        return Finding(FORMAT, Outcome.REJECTED, statement + "?", "a_0 is negative", facts)
    values = kissalg_values(witness)
    bound = witness.problem.objective_value(values)
    reason = judge_values(witness.problem, values)
    if reason:
        return Finding(FORMAT, Outcome.REJECTED, statement + decimal_up(bound), reason, facts)
    if claimed is not None and bound > claimed:
        reason = f"the witness proves {decimal_up(bound)} only"
        return Finding(FORMAT, Outcome.REJECTED, statement + decimal_up(claimed), reason, facts)
    return Finding(FORMAT, Outcome.VERIFIED, statement + decimal_up(bound), "", facts)


def from_certificate(certificate: Certificate | bytes) -> Witness:
    """The witness of a kissalg three-point certificate with B = 0 and 2d Gegenbauer terms, in the bases of the format.

    Raises:
        PublishedError: it is another theorem, B is not zero, or there are fewer Gegenbauer terms: the format has no
            place for these.
    """
    try:
        document = read_document(certificate if isinstance(certificate, bytes) else certificate.to_bytes())
    except Refusal as refusal:
        raise PublishedError(f"not a certificate: {refusal.reason} {refusal.path}") from None
    p = document.parameters
    if document.theorem != THEOREM or p.linear != 2 * p.degree:
        raise PublishedError("expected a three-point certificate with Gegenbauer terms up to twice the degree")
    if any(document.matrices["B"].matrix().entries()):
        raise PublishedError("the 2 x 2 block B of this certificate is not zero, and the format has no place for it")
    values: dict[str, Value] = {name: gram.matrix() for name, gram in document.matrices.items()}
    return from_values(p.n, rational(p.cos), p.degree, {**values, "a": document.witness["a"].numbers()})


def from_values(n: int, cos: fmpq, degree: int, values: Mapping[str, Value]) -> Witness:
    """The witness for values of the variables of `kissalg.families.three_point.model` (all but B).

    It is the inverse of `kissalg_values`, with a_0 = 0.

    Args:
        n: the dimension of the space.
        cos: the cosine of the minimal angle.
        degree: d.
        values: exact values by the names of the variables.
    """
    d = degree
    blocks = {"a/00": fmpq_mat(1, 1)}
    scalars = values["a"]
    assert not isinstance(scalars, fmpq_mat)
    blocks |= {f"a/{k:02d}": fmpq_mat(1, 1, [value]) for k, value in enumerate(scalars, 1)}

    def changed(name: str, change: fmpq_mat, factor: fmpq) -> fmpq_mat:
        value = values[name]
        assert isinstance(value, fmpq_mat)
        inverse = change.inv()
        return inverse.transpose() * value * inverse / factor

    for k in range(d + 1):
        blocks[f"F/{k:02d}"] = changed(f"F{k}", _powers(cos, d + 1 - k), fmpq(1))
    for i in range(2):
        blocks[f"univariatesos/{i + 1}"] = changed(f"Q{i}", _powers(cos, d + 1 - i), fmpq(1))
    for j, loss in enumerate(_LOSSES):
        for kind in KINDS:
            if gram_basis(kind, d - loss).size:
                change = _invariant_change(kind, d - loss, cos)
                blocks[f"trivariatesos/{j + 1}/{kind}"] = changed(f"R{j}.{kind}", change, _factor(kind))
    return Witness(n, cos, d, blocks)


def write_witness(witness: Witness) -> tuple[bytes, str]:
    """The container of a witness, and a JSON manifest with its parameters, its bound, its blocks and its sha256."""
    names = block_names(witness.degree)
    data = write_container([witness.blocks[_canonical(name, KINDS)] for name in names])
    bound = witness.problem.objective_value(kissalg_values(witness))
    manifest = {
        "format": FORMAT,
        "n": witness.n,
        "d": witness.degree,
        "cos": str(witness.cos),
        "bound": str(bound),
        "blocks": [{"name": name, "size": size} for name, size in names.items()],
        "bytes": len(data),
        "sha256": sha256(data).hexdigest(),
    }
    return data, json.dumps(manifest, indent=1)


@dataclass(frozen=True)
class Manifest:
    """The parameters beside a container; None for what the manifest does not say."""

    n: int
    cos: fmpq
    degree: int | None
    bound: fmpq | None
    sha256: str | None


def read_manifest(text: str) -> Manifest:
    """The parameters in a JSON manifest.

    Raises:
        PublishedError: the text does not follow the format.
    """
    tree = parse_json(text)
    digest = tree.get("sha256") if isinstance(tree, dict) else None
    return Manifest(
        integer(member(tree, "n"), "n", 3, 10_000),
        cosine(tree.get("cos", "1/2"), "cos"),
        integer(tree["d"], "d", 1, MAX_DEGREE) if "d" in tree else None,
        number(tree["bound"], "bound") if "bound" in tree else None,
        digest if isinstance(digest, str) else None,
    )
