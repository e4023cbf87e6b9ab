"""From the bytes of a certificate to a `Document`, or a refusal that says where and why.

The way in is lenient and the way back is strict: whatever the text was, encoding the document must reproduce it byte
for byte. So there is one description of the format in this package, the encoder. Sizes are bounded before anything is
computed from them.
"""

import json
import lzma
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import Any, TypeAlias, TypeVar

from flint import fmpq

from kissalg.audit.average_kissing import AverageKissingDocument, RadiiDocument
from kissalg.audit.document import MULTIPLIERS, ORBIT_KINDS, REPRESENTATIONS, Document, FixedSizeDocument, Gram
from kissalg.bounds.mesh import Mesh
from kissalg.errors import ParameterError
from kissalg.kernel.report import Verdict

__all__ = ["NOT_COVERED", "AnyDocument", "Finding", "NotCovered", "read_document"]

MAX_FILE = 64 << 20
MAX_TEXT = 256 << 20
MAX_XZ_MEMORY = 128 << 20
MAX_DEGREE = 40
MAX_DIMENSION = 10_000
MAX_BITS = 1 << 14
MAX_ROWS = 1 << 13  # of a matrix; at degree 40 the largest has 4109
MAX_PARAMETER_BITS = 256
MAX_BOUND_BITS = 4096
MAX_EXPONENT = 1 << 16
MAX_SIZE = 10**8  # of a code
MAX_MATRIX_BITS = 1 << 32  # of a factor whose columns are brought to a common exponent
MAX_SIZES = 128  # of spheres

NOT_COVERED = ("delsarte", "nonnegative", "spherical-caps")  # theorems that the kernel proves

T = TypeVar("T")
AnyDocument: TypeAlias = Document | FixedSizeDocument | AverageKissingDocument | RadiiDocument


class Finding(Exception):
    """Why a certificate is not accepted: a verdict, a reason, and the path of the field that it concerns."""

    def __init__(self, verdict: Verdict, reason: str, path: str = "") -> None:
        super().__init__(reason, path)
        self.verdict = verdict
        self.reason = reason
        self.path = path


class NotCovered(Finding):  # a finding, like its parent
    """The certificate is of a kind that the second opinion does not read: it is the kernel's alone."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(
            Verdict.MALFORMED,
            f"the second opinion does not cover {what}: only the kernel checks this certificate",
            path,
        )


def read_document(data: bytes) -> AnyDocument:
    """The certificate in `data` (canonical JSON, optionally compressed with xz).

    Raises:
        Finding: with the verdict MALFORMED.

    Example:
        >>> read_document(b"{}")
        Traceback (most recent call last):
        kissalg.audit.reader.Finding: ('expected the field "format"', '')
    """
    text = _text(data)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:  # a JSON integer of more than 4300 digits is a ValueError, too
        raise _malformed(f"not JSON: {str(error)[:100]}") from None
    document = _document(tree)
    canonical = document.encode()
    if text not in (canonical, canonical + "\n"):
        position = next((i for i, (a, b) in enumerate(zip(text, canonical, strict=False)) if a != b), len(canonical))
        raise _malformed(f"not the canonical text of its content: they differ at byte {position}")
    return document


def _malformed(reason: str, path: str = "") -> Finding:
    return Finding(Verdict.MALFORMED, reason, path)


def _text(data: bytes) -> str:
    if len(data) > MAX_FILE:
        raise _malformed(f"expected a file of at most {MAX_FILE} bytes, found {len(data)}")
    if data[:1] == b"\xfd":
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_MEMORY)
        try:
            data = decoder.decompress(data, max_length=MAX_TEXT + 1)
        except lzma.LZMAError as error:
            raise _malformed(f"xz: {error}") from None
        if len(data) > MAX_TEXT:
            raise _malformed(f"expected at most {MAX_TEXT} bytes of text, found more")
        if not decoder.eof or decoder.unused_data:
            raise _malformed("expected one whole xz stream and nothing after it")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise _malformed("expected ASCII text, or xz") from None


def _field(tree: Any, path: str, key: str, read: Callable[[Any, str], T]) -> T:
    """Read one field of an object."""
    if not isinstance(tree, dict) or key not in tree:
        raise _malformed(f'expected the field "{key}"', path)
    return read(tree[key], f"{path}.{key}" if path else key)


def _items(read: Callable[[Any, str], T], count: int | None = None) -> Callable[[Any, str], tuple[T, ...]]:
    def items(tree: Any, path: str) -> tuple[T, ...]:
        if not isinstance(tree, list) or (count is not None and len(tree) != count):
            raise _malformed(f"expected a list{'' if count is None else f' of {count} items'}", path)
        return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(tree))

    return items


def _small(low: int, high: int) -> Callable[[Any, str], int]:
    def small(tree: Any, path: str) -> int:
        if not isinstance(tree, int) or not low <= tree <= high:
            raise _malformed(f"expected an integer from {low} to {high}", path)
        return int(tree)  # True becomes 1, and fails in the comparison of the texts

    return small


def _integer(tree: Any, path: str) -> int:
    if not isinstance(tree, str) or len(tree) > MAX_BITS // 4 + 1:
        raise _malformed(f"expected a hexadecimal integer of at most {MAX_BITS} bits", path)
    try:
        return int(tree, 16)
    except ValueError:
        raise _malformed(f"expected a hexadecimal integer, found {tree[:20]!a}", path) from None


def _rational(bits: int) -> Callable[[Any, str], Fraction]:
    def rational(tree: Any, path: str) -> Fraction:
        numerator, slash, denominator = tree.partition("/") if isinstance(tree, str) else ("", "", "")
        if not slash or _integer(denominator, path) <= 0:
            raise _malformed("expected a rational number p/q in hexadecimal", path)
        if max(len(numerator), len(denominator)) > bits // 4 + 1:
            raise _malformed(f"expected numbers of at most {bits} bits", path)
        return Fraction(_integer(numerator, path), _integer(denominator, path))

    return rational


def _string(tree: Any, path: str) -> str:
    if not isinstance(tree, str):
        raise _malformed("expected a string", path)
    return tree


def _strings(tree: Any, path: str) -> Mapping[str, str]:
    if not isinstance(tree, dict):
        raise _malformed("expected an object of strings", path)
    return {key: _string(value, f"{path}.{key}") for key, value in tree.items()}


def _column(tree: Any, path: str) -> tuple[int, ...]:
    text = _string(tree, path)
    if text.count(" ") >= MAX_ROWS:
        raise _malformed(f"expected at most {MAX_ROWS} integers", path)
    return tuple(_integer(token, path) for token in text.split(" "))


def _entry(tree: Any, path: str) -> tuple[int, int, int]:
    if not isinstance(tree, list) or len(tree) != 3:
        raise _malformed("expected [row, column, numerator]", path)
    position = _small(0, 1 << 20)
    return position(tree[0], path), position(tree[1], path), _integer(tree[2], path)


def _gram(tree: Any, path: str) -> Gram:
    """A matrix whose shape is consistent in itself; its size is compared with the problem by the audit."""
    if isinstance(tree, dict) and "rank" in tree:
        raise NotCovered("matrices on a face", path)
    columns = _field(tree, path, "columns", _items(_column))
    exponents = _field(tree, path, "exponents", _items(_small(-MAX_EXPONENT, MAX_EXPONENT), len(columns)))
    for index, column in enumerate(columns):
        if len(column) != len(columns) - index:
            raise _malformed(
                f"expected {len(columns) - index} integers, found {len(column)}", f"{path}.columns[{index}]"
            )
    correction = _field(tree, path, "correction", lambda value, _: value)
    shift = _field(tree, path, "shift", lambda value, where: None if value is None else _exponent(value, where))
    known = [0, *exponents, *([] if shift is None else [shift])]
    spread = max(known) - min(known)
    widest = max((abs(entry).bit_length() for column in columns for entry in column), default=0)
    if len(columns) * (len(columns) + 1) // 2 * (widest + spread) > MAX_MATRIX_BITS:
        raise _malformed(
            f"expected a smaller factor, found {widest} bits and exponents that spread over {spread}", path
        )
    if (correction is None) != (shift is None):
        raise _malformed("expected shift and correction to be given together", path)
    if correction is None:
        return Gram(columns, exponents, None, None, ())
    denominator = _field(correction, f"{path}.correction", "denominator", _integer)
    entries = _field(correction, f"{path}.correction", "entries", _items(_entry))
    _check_correction(denominator, entries, len(columns), f"{path}.correction")
    return Gram(columns, exponents, shift, denominator, entries)


_exponent = _small(-MAX_EXPONENT, MAX_EXPONENT)


def _check_correction(denominator: int, entries: tuple[tuple[int, int, int], ...], size: int, path: str) -> None:
    """The conditions that the comparison of the texts cannot see: order, range, and nothing superfluous."""
    if denominator <= 0:
        raise _malformed("expected a positive denominator", path)
    positions = [(i, j) for i, j, _ in entries]
    if any(not 0 <= j <= i < size for i, j in positions) or any(a >= b for a, b in pairwise(positions)):
        raise _malformed(
            f"expected entries on or below the diagonal of size {size}, in strictly increasing order", path
        )
    if any(numerator == 0 for _, _, numerator in entries):
        raise _malformed("expected nonzero entries", path)
    divisor = gcd(denominator, *(numerator for _, _, numerator in entries))
    if divisor != 1:
        raise _malformed(f"expected no factor common to the denominator and all entries, found {divisor:x}", path)


def _document(tree: Any) -> AnyDocument:
    if _field(tree, "", "format", lambda value, _: value) != 1:
        raise _malformed("expected format 1", "format")
    readers: dict[str, Callable[[Any], AnyDocument]] = {
        "three-point": _three_point,
        "three-point-fixed-size": _fixed_size,
        "average-kissing": _average_kissing,
        "average-kissing-radii": _radii,
    }
    theorem = _field(tree, "", "theorem", _string)
    if theorem in NOT_COVERED:
        raise NotCovered(f"the theorem {theorem}", "theorem")
    if theorem not in readers:
        raise _malformed(f"expected one of the theorems {', '.join(readers)}", "theorem")
    return readers[theorem](tree)


def _code(tree: Any) -> tuple[Any, int, Fraction]:
    """The parameters, and among them n and cos."""
    parameters = _field(tree, "", "parameters", lambda value, _: value)
    n = _field(parameters, "parameters", "n", _small(3, MAX_DIMENSION))
    cos = _field(parameters, "parameters", "cos", _rational(MAX_PARAMETER_BITS))
    if not -1 < cos < 1:
        raise _malformed("expected -1 < cos < 1", "parameters.cos")
    return parameters, n, cos


def _fixed_size(tree: Any) -> FixedSizeDocument:
    parameters, n, cos = _code(tree)
    squares = _field(parameters, "parameters", "squares", _small(1, MAX_DEGREE))
    degree = _field(parameters, "parameters", "degree", _small(1, squares))
    witness = _field(tree, "", "witness", lambda value, _: value)
    e = _field(witness, "witness", "e", lambda value, _: value)
    blocks = _field(witness, "witness", "F", _items(_gram, degree + 1))
    matrices = {f"F{index}": block for index, block in enumerate(blocks)}
    return FixedSizeDocument(
        n=n,
        cos=cos,
        degree=degree,
        squares=squares,
        size=_field(parameters, "parameters", "size", _small(3, MAX_SIZE)),
        bound=_field(tree, "", "bound", _rational(MAX_BOUND_BITS)),
        e_exponent=_field(e, "witness.e", "exponent", _exponent),
        e_value=_field(e, "witness.e", "value", _integer),
        matrices=matrices | _families(witness, "R", REPRESENTATIONS, 2) | _families(witness, "G", ORBIT_KINDS, 3),
        provenance=_field(tree, "", "provenance", _strings),
    )


def _three_point(tree: Any) -> Document:
    parameters, n, cos = _code(tree)
    degree = _field(parameters, "parameters", "degree", _small(1, MAX_DEGREE))
    linear = _field(parameters, "parameters", "linear", _small(0, 2 * degree))
    witness = _field(tree, "", "witness", lambda value, _: value)
    a = _field(witness, "witness", "a", lambda value, _: value)
    if isinstance(a, dict) and "denominator" in a:
        raise NotCovered("solutions on a face", "witness.a")
    return Document(
        n=n,
        cos=cos,
        degree=degree,
        linear=linear,
        bound=_field(tree, "", "bound", _rational(MAX_BOUND_BITS)),
        a_exponent=_field(a, "witness.a", "exponent", _exponent),
        a_values=_field(a, "witness.a", "values", _items(_integer, linear)),
        matrices=_matrices(witness, degree),
        provenance=_field(tree, "", "provenance", _strings),
    )


def _average_kissing(tree: Any) -> AverageKissingDocument:
    parameters = _field(tree, "", "parameters", lambda value, _: value)
    degree = _field(parameters, "parameters", "degree", _small(1, MAX_DEGREE))
    witness = _field(tree, "", "witness", lambda value, _: value)
    slopes = _field(witness, "witness", "slopes", lambda value, _: value)
    nodes = _sizes(parameters, "nodes")
    try:
        mesh = Mesh(
            tuple(fmpq(a.numerator, a.denominator) for a in nodes), _field(parameters, "parameters", "pieces", _string)
        )
    except ParameterError as error:
        raise _malformed(str(error), "parameters") from None
    values = _field(slopes, "witness.slopes", "values", _items(_integer, len(mesh.cells)))
    if any(value < 0 for value in values):
        raise _malformed("expected slopes that are not negative", "witness.slopes.values")
    return AverageKissingDocument(
        n=_field(parameters, "parameters", "n", _small(3, MAX_DIMENSION)),
        degree=degree,
        mesh=mesh,
        bound=_field(tree, "", "bound", _rational(MAX_BOUND_BITS)),
        exponent=_field(slopes, "witness.slopes", "exponent", _small(0, MAX_EXPONENT)),
        slopes=values,
        matrices=_kernels(witness, "witness", degree, ""),
        provenance=_field(tree, "", "provenance", _strings),
    )


def _radii(tree: Any) -> RadiiDocument:
    parameters = _field(tree, "", "parameters", lambda value, _: value)
    degree = _field(parameters, "parameters", "degree", _small(1, MAX_DEGREE))
    witness = _field(tree, "", "witness", lambda value, _: value)
    radii = _sizes(parameters, "radii")
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        raise _malformed("expected positive, strictly increasing radii", "parameters.radii")
    centres = _field(witness, "witness", "centres", _items(lambda value, _: value, len(radii)))
    matrices: dict[str, Gram] = {}
    for c, centre in enumerate(centres):
        matrices |= _kernels(centre, f"witness.centres[{c}]", degree, f"{c}.")
    return RadiiDocument(
        n=_field(parameters, "parameters", "n", _small(3, MAX_DIMENSION)),
        degree=degree,
        radii=radii,
        bound=_field(tree, "", "bound", _rational(MAX_BOUND_BITS)),
        matrices=matrices,
        provenance=_field(tree, "", "provenance", _strings),
    )


def _sizes(parameters: Any, key: str) -> tuple[Fraction, ...]:
    values = _field(parameters, "parameters", key, _items(_rational(MAX_PARAMETER_BITS)))
    if not 1 <= len(values) <= MAX_SIZES:
        raise _malformed(f"expected between 1 and {MAX_SIZES} numbers", f"parameters.{key}")
    return values


def _kernels(node: Any, path: str, degree: int, prefix: str) -> dict[str, Gram]:
    blocks = _field(node, path, "F", _items(_gram, degree + 1))
    if any(block.shift is not None for block in blocks):
        raise _malformed("expected matrices without shift and correction", f"{path}.F")
    return {f"{prefix}F{index}": block for index, block in enumerate(blocks)}


def _matrices(witness: Any, degree: int) -> dict[str, Gram]:
    matrices = {"B": _field(witness, "witness", "B", _gram)}
    for name, count in (("F", degree + 1), ("Q", 2)):
        blocks = _field(witness, "witness", name, _items(_gram, count))
        matrices |= {f"{name}{index}": block for index, block in enumerate(blocks)}
    return matrices | _families(witness, "R", REPRESENTATIONS, MULTIPLIERS)


def _families(witness: Any, letter: str, kinds: tuple[str, ...], count: int) -> dict[str, Gram]:
    """The matrices R0.trv, R1.trv, … of an object of lists."""
    sums = _field(witness, "witness", letter, lambda value, _: value)
    matrices: dict[str, Gram] = {}
    for kind in kinds:
        blocks = _field(sums, f"witness.{letter}", kind, _items(_gram, count))
        matrices |= {f"{letter}{index}.{kind}": block for index, block in enumerate(blocks)}
    return matrices
