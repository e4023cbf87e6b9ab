"""KNWIT003: a binary container of rational symmetric matrices, and the three-point witness that it carries.

The container: the magic `KNWIT003`; u32 (little endian) number of blocks; each block: u16 dimension m; u32 number of denominators (at least 1); the
denominators, each a ULEB128 length and that many bytes, big endian without leading zero, strictly increasing; then the m(m+1)/2 entries of the upper
triangle, row by row, each a ULEB128 index of a denominator, a sign byte (0 zero, 1 plus, 2 minus) and, unless zero, the magnitude of the numerator in the
same form as a denominator. Fractions are reduced, every denominator is used, ULEB128 is canonical, nothing follows. The blocks are in the order of their
names, which are not stored.

The witness for dimension n and degree d (names: `block_names`) is a feasible point of the three-point bound without the 2 x 2 block B, in u, v, t,

    M = 1 + Σ_(k=0..2d) a_k + <J, F_0>,   1 + Σ a_k P_k^n(u) + 3 H(u,u,1) + σ_0 + (u+1)(c-u) σ_1 = 0,   H + Σ_w s_w Σ_π <K^π, X_w^π> = 0,

with monomial bases: u^i for F and σ, e1^a e2^b e3^c (elementary symmetric functions) for the invariant squares, and for the standard part the generators
(2u-v-t, v-t) and (2vt-ut-uv, ut-uv) with K = (A A' + 3 B B')/2. `kissalg_values` changes the bases exactly to those of `kissalg.bounds.three_point`; the term
a_0 is divided out: all is scaled by 1/(1 + a_0), which never makes M larger.

Main definitions: `read_container`, `write_container`, `Witness`, `read_witness`, `check_witness`, `from_certificate`, `write_witness`, `block_names`.
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
from kissalg.audit import Document, read_document
from kissalg.audit.reader import Finding as Refusal
from kissalg.bounds.three_point import ShiftedVariable, ThreePointProblem, three_point
from kissalg.certify import Certificate
from kissalg.errors import PublishedError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import ForeignLimits, integer, member, number, parse_json
from kissalg.published.numeric import judge_values
from kissalg.sdp.model import Value

__all__ = [
    "MAGIC",
    "Witness",
    "block_names",
    "check_witness",
    "from_certificate",
    "kissalg_values",
    "read_container",
    "read_manifest",
    "read_witness",
    "write_container",
    "write_witness",
]

FORMAT = "KNWIT003"
MAGIC = b"KNWIT003"
MAX_DEGREE = 24
_MAX_ROWS = 4096
_MAX_BYTES = 1 << 12  # of one integer: 32768 bits
_LOSSES = (0, 1, 2, 3, 2)  # of degree, for the multipliers s_0, …, s_4


class _Cursor:
    """A position in a byte string; every read is bounded by what is there."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int, what: str) -> bytes:
        piece = self.data[self.position : self.position + count]
        if len(piece) != count:
            raise PublishedError(f"the file ends at byte {len(self.data)}, within {what}")
        self.position += count
        return piece

    def little(self, count: int, what: str) -> int:
        return int.from_bytes(self.take(count, what), "little")

    def uleb(self, what: str) -> int:
        value, shift = 0, 0
        while True:
            byte = self.take(1, what)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 35:
                raise PublishedError(f"{what}: a ULEB128 number of more than five bytes at byte {self.position}")
        if byte == 0 and shift > 7:
            raise PublishedError(f"{what}: a ULEB128 number that is not canonical, before byte {self.position}")
        return value

    def magnitude(self, what: str) -> int:
        length = self.uleb(what)
        if not 1 <= length <= _MAX_BYTES:
            raise PublishedError(f"{what}: expected an integer of 1 to {_MAX_BYTES} bytes, found {length}")
        piece = self.take(length, what)
        if piece[0] == 0:
            raise PublishedError(f"{what}: a leading zero, before byte {self.position}")
        return int.from_bytes(piece, "big")


def read_container(data: bytes, limits: ForeignLimits | None = None) -> list[fmpq_mat]:
    """The symmetric matrices of a container.

    Raises:
        PublishedError: the bytes are not a canonical container, or larger than the limits.

    >>> blocks = [fmpq_mat([[fmpq(1, 2), 0], [0, -3]])]
    >>> read_container(write_container(blocks)) == blocks
    True
    """
    limits = limits or ForeignLimits()
    if not data.startswith(MAGIC):
        raise PublishedError(f"expected the magic {MAGIC.decode()}, found {data[:8]!a}")
    cursor = _Cursor(data)
    cursor.take(8, "the magic")
    count = cursor.little(4, "the number of blocks")
    if not 1 <= count <= 10_000:
        raise PublishedError(f"expected 1 to 10000 blocks, found {count}")
    blocks, total = [], 0
    for index in range(count):
        size = cursor.little(2, f"block {index}")
        total += size * (size + 1) // 2
        if not 1 <= size <= _MAX_ROWS or total > limits.entries:
            raise PublishedError(
                f"block {index}: expected 1 to {_MAX_ROWS} rows, and at most {limits.entries} entries in all, found {size} rows"
            )
        blocks.append(_block(cursor, size, f"block {index}"))
    if cursor.position != len(data):
        raise PublishedError(f"{len(data) - cursor.position} bytes after the last block")
    return blocks


def _block(cursor: _Cursor, size: int, what: str) -> fmpq_mat:
    count = cursor.little(4, what)
    if not 1 <= count <= size * (size + 1) // 2:
        raise PublishedError(f"{what}: expected 1 to {size * (size + 1) // 2} denominators, found {count}")
    denominators: list[int] = []
    for _ in range(count):
        denominators.append(cursor.magnitude(f"{what}, a denominator"))
        if len(denominators) > 1 and denominators[-1] <= denominators[-2]:
            raise PublishedError(f"{what}: the denominators do not increase")
    used = [False] * count
    matrix = fmpq_mat(size, size)
    for i in range(size):
        for j in range(i, size):
            where = f"{what}, entry ({i}, {j})"
            position = cursor.uleb(where)
            if position >= count:
                raise PublishedError(f"{where}: there is no denominator {position}")
            used[position] = True
            sign = cursor.take(1, where)[0]
            if sign > 2:
                raise PublishedError(f"{where}: expected a sign byte 0, 1 or 2, found {sign}")
            value = fmpq(cursor.magnitude(where) if sign else 0, denominators[position])
            if int(value.q) != denominators[position]:
                raise PublishedError(f"{where}: the fraction is not reduced")
            matrix[i, j] = matrix[j, i] = -value if sign == 2 else value
    if not all(used):
        raise PublishedError(f"{what}: the denominator {used.index(False)} is not used")
    return matrix


def write_container(blocks: Sequence[fmpq_mat]) -> bytes:
    """The canonical bytes of a list of symmetric matrices. Raises PublishedError if one is empty, too large or not symmetric."""
    parts = [MAGIC, len(blocks).to_bytes(4, "little")]
    for index, block in enumerate(blocks):
        size = block.nrows()
        if not 1 <= size <= _MAX_ROWS or block != block.transpose():
            raise PublishedError(f"block {index}: expected a symmetric matrix with 1 to {_MAX_ROWS} rows, found {size}")
        entries = [block[i, j] for i in range(size) for j in range(i, size)]
        denominators = sorted({int(entry.q) for entry in entries})
        position = {value: k for k, value in enumerate(denominators)}
        parts += [size.to_bytes(2, "little"), len(denominators).to_bytes(4, "little")]
        parts += [_magnitude(value) for value in denominators]
        for entry in entries:
            sign = 0 if entry == 0 else 1 if entry > 0 else 2
            parts += [_uleb(position[int(entry.q)]), bytes([sign]), _magnitude(int(abs(entry.p))) if sign else b""]
    return b"".join(parts)


def _uleb(value: int) -> bytes:
    result = bytearray()
    while True:
        value, byte = value >> 7, value & 0x7F
        result.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(result)


def _magnitude(value: int) -> bytes:
    piece = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if len(piece) > _MAX_BYTES:
        raise PublishedError(f"expected integers of at most {_MAX_BYTES} bytes, found one of {len(piece)}")
    return _uleb(len(piece)) + piece


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
        n, cos: the parameters, from the manifest.
        degree: d; by default one less than the size of the first block.

    Raises:
        PublishedError: the container is damaged, or its blocks do not have the sizes of such a witness.
    """
    matrices = read_container(data)
    degree = matrices[0].nrows() - 1 if degree is None else degree
    integer(degree, "degree", 1, MAX_DEGREE)
    integer(n, "n", 3, 10_000)
    if not -1 < cos < 1:
        raise PublishedError(f"cos: expected a number strictly between -1 and 1, found {cos}")
    sizes = [matrix.nrows() for matrix in matrices]
    for kinds in _orders():
        names = block_names(degree, kinds)
        if list(names.values()) == sizes:
            renamed = {_canonical(name, kinds): matrix for name, matrix in zip(names, matrices, strict=True)}
            return Witness(n, cos, degree, renamed)
    raise PublishedError(
        f"expected {len(block_names(degree))} blocks with the sizes of a witness of degree {degree}, found {len(sizes)}: {sizes[:12]}…"
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
        raise PublishedError(f"a_0 = {scale - 1}: expected a number >= 0")
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
        digest, data: the sha256 of the manifest, and the bytes that it is about.
    """
    statement = f"A({witness.n}, {witness.cos}) <= "
    facts = (
        f"degree {witness.degree}, {len(witness.blocks)} blocks, the largest of size {max(m.nrows() for m in witness.blocks.values())}",
    )
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
        PublishedError: it is another theorem, B is not zero, or there are fewer Gegenbauer terms: the format has no place for these.
    """
    try:
        document = read_document(certificate if isinstance(certificate, bytes) else certificate.to_bytes())
    except Refusal as refusal:
        raise PublishedError(f"not a certificate: {refusal.reason} {refusal.path}") from None
    if not isinstance(document, Document) or document.linear != 2 * document.degree:
        raise PublishedError("expected a three-point certificate with Gegenbauer terms up to twice the degree")
    if any(document.matrices["B"].matrix().entries()):
        raise PublishedError("the 2 x 2 block B of this certificate is not zero, and the format has no place for it")
    d, cos = document.degree, fmpq(document.cos.numerator, document.cos.denominator)
    blocks = {"a/00": fmpq_mat(1, 1)}
    blocks |= {f"a/{k:02d}": fmpq_mat(1, 1, [value]) for k, value in enumerate(document.a(), 1)}

    def changed(name: str, change: fmpq_mat, factor: fmpq) -> fmpq_mat:
        inverse = change.inv()
        return inverse.transpose() * document.matrices[name].matrix() * inverse / factor

    for k in range(d + 1):
        blocks[f"F/{k:02d}"] = changed(f"F{k}", _powers(cos, d + 1 - k), fmpq(1))
    for i in range(2):
        blocks[f"univariatesos/{i + 1}"] = changed(f"Q{i}", _powers(cos, d + 1 - i), fmpq(1))
    for j, loss in enumerate(_LOSSES):
        for kind in KINDS:
            if gram_basis(kind, d - loss).size:
                change = _invariant_change(kind, d - loss, cos)
                blocks[f"trivariatesos/{j + 1}/{kind}"] = changed(f"R{j}.{kind}", change, _factor(kind))
    return Witness(document.n, cos, d, blocks)


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
    """The parameters in a JSON manifest. Raises PublishedError."""
    tree = parse_json(text)
    digest = tree.get("sha256") if isinstance(tree, dict) else None
    return Manifest(
        integer(member(tree, "n"), "n", 3, 10_000),
        number(tree.get("cos", "1/2"), "cos"),
        integer(tree["d"], "d", 1, MAX_DEGREE) if "d" in tree else None,
        number(tree["bound"], "bound") if "bound" in tree else None,
        digest if isinstance(digest, str) else None,
    )
