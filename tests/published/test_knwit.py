"""KNWIT003: a canonical container, the identities in the format's own bases, and round trips of our own
certificates.
"""

from collections.abc import Callable
from random import Random

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.three_point_kernels import inner_kernel_value
from kissalg.certificate import Certificate, certify
from kissalg.errors import PublishedError
from kissalg.families.three_point.model import three_point
from kissalg.published import Outcome, knwit_container
from kissalg.published.knwit import (
    Witness,
    check_witness,
    from_certificate,
    kissalg_values,
    read_manifest,
    read_witness,
    write_witness,
)
from kissalg.published.knwit_container import read_container, write_container
from kissalg.published.numeric import certificate_from_values
from kissalg.solvers import solve
from kissalg.testing.strategies import symmetric_matrices
from kissalg.verdict import verify
from tests.vectors import vector


@pytest.fixture(scope="module", params=[(3, "1/3", 3)], ids=str)
def certificate(request: pytest.FixtureRequest) -> Certificate:
    problem = three_point(*request.param)
    return certify(solve(problem.restricted([v.name for v in problem.variables if v.name != "B"])))


def native_residuals(witness: Witness, u: fmpq, v: fmpq, t: fmpq) -> tuple[fmpq, fmpq]:
    """Both identities at a point, from the description of the format: nothing of kissalg's bases is used."""
    n, d, c, blocks = witness.n, witness.degree, witness.cos, witness.blocks

    def form(matrix: fmpq_mat, left: list[fmpq], right: list[fmpq]) -> fmpq:
        rows = range(matrix.nrows())
        return sum((left[i] * matrix[i, j] * right[j] for i in rows for j in rows), fmpq(0))

    def h(a: fmpq, b: fmpq, e: fmpq) -> fmpq:
        total = fmpq(0)
        for x, y, z in ((a, b, e), (a, e, b), (b, e, a), (b, a, e), (e, a, b), (e, b, a)):
            for k in range(d + 1):
                powers = [[w**i for i in range(d + 1 - k)] for w in (x, y)]
                total += inner_kernel_value(n, k, x, y, z) * form(blocks[f"F/{k:02d}"], *powers)
        return total / 6

    e1, e2, e3 = u + v + t, u * v + v * t + t * u, u * v * t

    def monomials(degree: int) -> list[fmpq]:
        return [
            e1 ** (w - 2 * b - 3 * a) * e2**b * e3**a
            for w in range(degree + 1)
            for a in range(w // 3 + 1)
            for b in range((w - 3 * a) // 2 + 1)
        ]

    g = [(w + 1) * (c - w) for w in (u, v, t)]
    weights = [
        fmpq(1),
        g[0] + g[1] + g[2],
        g[0] * g[1] + g[1] * g[2] + g[2] * g[0],
        g[0] * g[1] * g[2],
        1 + 2 * u * v * t - u * u - v * v - t * t,
    ]
    second = h(u, v, t)
    k11, k12, k22 = 2 * (e1 * e1 - 3 * e2), 9 * e3 - e1 * e2, 2 * (e2 * e2 - 3 * e1 * e3)
    for j, (weight, loss) in enumerate(zip(weights, (0, 1, 2, 3, 2), strict=True), 1):
        degree = d - loss
        for kind in ("trv", "alt", "std"):
            matrix = blocks.get(f"trivariatesos/{j}/{kind}")
            if matrix is None:
                continue
            if kind == "std":
                one, two = monomials(degree - 1), monomials(degree - 2)
                size = len(one)
                basis = [*one, *two]
                value = fmpq(0)
                for p in range(matrix.nrows()):
                    for q in range(matrix.nrows()):
                        kernel = k11 if max(p, q) < size else k22 if min(p, q) >= size else k12
                        value += matrix[p, q] * basis[p] * basis[q] * kernel
            elif kind == "alt":
                discriminant = ((u - v) * (v - t) * (t - u)) ** 2
                basis = monomials(degree - 3)
                value = discriminant * form(matrix, basis, basis)
            else:
                value = form(matrix, monomials(degree), monomials(degree))
            second += weight * value
    first = 1 + 3 * h(u, u, fmpq(1))
    first += sum((blocks[f"a/{k:02d}"][0, 0] * gegenbauer(n, k)(u) for k in range(2 * d + 1)), fmpq(0))
    powers = [u**i for i in range(d + 1)]
    first += form(blocks["univariatesos/1"], powers, powers)
    first += (u + 1) * (c - u) * form(blocks["univariatesos/2"], powers[:d], powers[:d])
    return first, second


def test_round_trip(certificate: Certificate) -> None:
    witness = from_certificate(certificate)
    data, manifest_text = write_witness(witness)
    manifest = read_manifest(manifest_text)
    again = read_witness(data, manifest.n, manifest.cos, manifest.degree)
    assert again.blocks == witness.blocks
    assert write_witness(again)[0] == data
    finding = check_witness(again, manifest.bound, manifest.sha256, data)
    assert finding.outcome is Outcome.VERIFIED
    report = verify(certificate_from_values(again.problem, kissalg_values(again)))
    assert report.verified


def test_the_identities_hold_in_the_bases_of_the_format(certificate: Certificate) -> None:
    witness = from_certificate(certificate)
    random = Random(3)
    for _ in range(5):
        point = [fmpq(random.randint(-20, 20), 20) for _ in range(3)]
        assert native_residuals(witness, *point) == (0, 0)


def test_a_0_is_divided_out(certificate: Certificate) -> None:
    """A witness scaled by 2 with a_0 = 1 is the same witness."""
    witness = from_certificate(certificate)
    scaled = {name: 2 * matrix for name, matrix in witness.blocks.items()} | {"a/00": fmpq_mat([[1]])}
    other = Witness(witness.n, witness.cos, witness.degree, scaled)
    assert native_residuals(other, fmpq(1, 3), fmpq(-1, 5), fmpq(0)) == (0, 0)
    assert kissalg_values(other) == kissalg_values(witness)
    negative = Witness(witness.n, witness.cos, witness.degree, {**witness.blocks, "a/00": fmpq_mat([[fmpq(-1, 2)]])})
    assert check_witness(negative).outcome is Outcome.REJECTED


@pytest.mark.parametrize("name", ["F/01", "a/02", "univariatesos/2", "trivariatesos/1/std", "trivariatesos/5/trv"])
def test_one_changed_entry_is_found(certificate: Certificate, name: str) -> None:
    witness = from_certificate(certificate)
    changed = fmpq_mat(witness.blocks[name])
    changed[0, 0] += fmpq(1, 10**30)
    finding = check_witness(Witness(witness.n, witness.cos, witness.degree, {**witness.blocks, name: changed}))
    assert finding.outcome is Outcome.REJECTED
    assert "identity" in finding.reason


def test_claims_and_digests(certificate: Certificate) -> None:
    witness = from_certificate(certificate)
    bound = witness.problem.objective_value(kissalg_values(witness))
    assert check_witness(witness, bound - fmpq(1, 10**20)).outcome is Outcome.REJECTED
    assert check_witness(witness, bound, "0" * 64, b"").outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("theorem", "name", "message"),
    [
        ("three-point", "three-point-n4-d6", "2 x 2 block B"),
        ("three-point", "three-point-n5-cos-1-3-d3-linear-4-weak", "twice the degree"),
        ("three-point-fixed-size", "fixed-size-n4-cos-1_6-N11-d4", "three-point certificate"),
    ],
)
def test_certificates_without_a_place_are_refused(theorem: str, name: str, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        from_certificate(vector(theorem, name).read_bytes())


@given(st.lists(st.integers(1, 3).flatmap(symmetric_matrices), min_size=1, max_size=4))
def test_containers_round_trip(blocks: list[fmpq_mat]) -> None:
    assert read_container(write_container(blocks)) == blocks


GOOD = write_container([fmpq_mat([[fmpq(1, 2), 0], [0, fmpq(-300, 7)]])])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d[:-1], "ends at byte"),
        (lambda d: d + b"\0", "after the last block"),
        (lambda d: b"KNWIT004" + d[8:], "magic"),
        (lambda d: d[:8] + b"\xff\xff\xff\xff" + d[12:], "blocks"),
        (lambda d: d[:12] + b"\xff\xff" + d[14:], "rows"),
        (lambda d: d[:12] + b"\0\0" + d[14:], "rows"),
        (lambda d: d[:14] + b"\xff\xff\xff\x7f" + d[18:], "denominators"),
        (lambda d: d[:18] + b"\x81\x00" + d[19:], "canonical"),
        (lambda d: d[:18] + b"\x02\x00" + d[19:], "leading zero"),
        (lambda d: d[:18] + b"\xff\xff\xff\xff\xff\xff" + d[24:], "five bytes"),
        (lambda d: d[:18] + b"\xff\xff\x7f" + d[21:], "expected an integer of 1"),
        (lambda d: d.replace(b"\x01\x01\x01\x02", b"\x01\x02\x01\x01", 1), "increase"),
    ],
)
def test_damaged_containers(change: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        read_container(change(GOOD))


@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
def test_no_bytes_make_the_reader_raise_anything_else(junk: bytes, position: int) -> None:
    for data in (knwit_container.MAGIC + junk, GOOD[:position] + junk + GOOD[position:], GOOD[:position] + junk):
        try:
            blocks = read_container(data)
        except PublishedError:
            continue
        assert write_container(blocks) == data  # canonical: one text for each content
