"""SDPA text: the sampled program says the same as the exact model, and text goes out and in unchanged."""

import random
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius
from kissalg.families.three_point.model import three_point
from kissalg.sdp.model import NonnegativeVariable, Point
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem, read_sdpa, sampled_sdpa, write_sdpa

TRUSS = """\
"A problem in the style of SDPLIB
 2 =mdim
 2 =nblocks
{2, -2}
{1.0e0, -.5}
0 1 1 1 +1.0
0 1 2 1 0
1 1 2 1 -2.5E-1
1 2 2 2 3
2 2 1 1 1e2
"""


def test_reads_the_dialects_of_the_format() -> None:
    problem = read_sdpa(TRUSS)
    assert problem.costs == (fmpq(1), fmpq(-1, 2))
    assert problem.blocks == (2, -2)
    assert problem.entries == (
        SdpaEntry(0, 1, 1, 1, fmpq(1)),
        SdpaEntry(1, 1, 1, 2, fmpq(-1, 4)),
        SdpaEntry(1, 2, 2, 2, fmpq(3)),
        SdpaEntry(2, 2, 1, 1, fmpq(100)),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{1.0e0, -.5}", "{1.0e0}", "1 in lines|and 1 "),
        ("{2, -2}", "{2}", "1 and 2"),
        ("0 1 1 1 +1.0", "0 1 1 1", "line 6"),
        ("0 1 1 1 +1.0", "0 1 1 1 nan", "line 6.*'nan'"),
        ("0 1 1 1 +1.0", "0 1 1 1 .", "line 6"),
        ("0 1 1 1 +1.0", "0 1.5 1 1 1", "line 6.*integer"),
        ("0 1 1 1 +1.0", "0 1 1 3 1", "position"),
        ("1 2 2 2 3", "1 2 1 2 3", "position"),
        ("1 2 2 2 3", "3 2 2 2 3", "expected k <= 2"),
        ("1 2 2 2 3", "1 3 2 2 3", "a block from 1 to 2"),
        (" 2 =mdim", "()", "line 2"),
        ("+1.0", "1" * 5000, "line 6"),
        ("0 1 1 1 +1.0", "0 1 1 1 1e99999", "line 6"),
        ("0 1 2 1 0", "1 1 1 2 1", "line 8.*two different values"),
        (TRUSS, "* only a comment", "four lines"),
    ],
)
def test_refuses_what_is_not_the_format(old: str, new: str, message: str) -> None:
    with pytest.raises(ExactnessError, match=message):
        read_sdpa(TRUSS.replace(old, new))


def test_costs_on_several_lines_and_fortran_exponents() -> None:
    problem = read_sdpa("3\n1\n2\n1 2\n3\n0 1 1 1 1D-1\n1 1 1 1 2d0\n")
    assert problem.costs == (fmpq(1), fmpq(2), fmpq(3))
    assert [entry.value for entry in problem.entries] == [fmpq(1, 10), fmpq(2)]


@given(st.fractions(), st.integers(1, 40))
def test_decimals_are_correctly_rounded(value: Fraction, digits: int) -> None:
    entry = SdpaEntry(0, 1, 1, 1, fmpq(value.numerator, value.denominator))
    lines = list(write_sdpa(SdpaProblem((fmpq(1),), (1,), (entry,)), digits=digits))
    written = Fraction(lines[-1].split()[-1])
    unit = Fraction(10)
    while value and unit > abs(value):
        unit /= 10
    while value and unit * 10 <= abs(value):
        unit *= 10
    assert abs(written - value) * 2 <= unit / 10 ** (digits - 1)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(1, 2),
            st.integers(1, 3),
            st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
        ),
        max_size=8,
        unique_by=lambda row: row[:3],
    )
)
def test_round_trip(rows: list[tuple[int, int, int, object]]) -> None:
    entries = []
    for k, block, i, decimal in rows:
        value = Fraction(str(decimal))
        if value:
            entries.append(SdpaEntry(k, block, i, i if block == 2 else 3, fmpq(value.numerator, value.denominator)))
    problem = SdpaProblem((fmpq(1), fmpq(-3, 8), fmpq(0)), (3, -3), tuple(entries))
    assert read_sdpa("\n".join(write_sdpa(problem, digits=20, comment="a\nb"))) == problem


def test_the_sampled_program_is_the_model() -> None:
    """At a random assignment, and in random bases: the constraints are the residuals at the points, the objective is
    the objective.
    """
    model = three_point(4, "1/3", 2)
    generator = random.Random(7)

    def number() -> fmpq:
        return fmpq(generator.randint(-9, 9), generator.randint(1, 9))

    points: dict[str, list[Point]] = {
        identity.name: [
            tuple(number() for _ in range(identity.space.coordinates)) for _ in range(identity.space.dimension)
        ]
        for identity in model.identities
    }
    bases, inner, outer = {}, {}, {}
    for variable in model.variables:
        size = variable.order
        if isinstance(variable, NonnegativeVariable):
            inner[variable.name] = outer[variable.name] = [number() for _ in range(size)]
            continue
        basis = fmpq_mat(size, size, [number() for _ in range(size * size)])
        half = fmpq_mat(size, size, [number() for _ in range(size * size)])
        bases[variable.name] = basis
        inner[variable.name] = half + half.transpose()
        outer[variable.name] = basis * inner[variable.name] * basis.transpose()
    problem = sampled_sdpa(model, points, bases)

    matrices: dict[tuple[int, int], fmpq_mat] = {}
    for entry in problem.entries:
        size = abs(problem.blocks[entry.block - 1])
        matrix = matrices.setdefault((entry.k, entry.block), fmpq_mat(size, size))
        matrix[entry.row - 1, entry.column - 1] = matrix[entry.column - 1, entry.row - 1] = entry.value

    def pairing(k: int) -> fmpq:
        total = fmpq(0)
        for index, variable in enumerate(model.variables):
            matrix = matrices.get((k, index + 1))
            value = inner[variable.name]
            if matrix is not None and isinstance(value, fmpq_mat):
                total += frobenius(matrix, value)
            elif matrix is not None:
                total += sum((matrix[i, i] * a for i, a in enumerate(value)), fmpq(0))
        return total

    assert model.objective.constant - pairing(0) == model.objective_value(outer)
    k = 0
    for identity in model.identities:
        residual = model.residual(identity, outer)
        for point in points[identity.name]:
            k += 1
            expected = identity.space.evaluate(residual, point)
            difference = pairing(k) - problem.costs[k - 1]
            # each constraint is divided by a power of two
            assert (difference == 0) == (expected == 0)
            if expected != 0:
                ratio = expected / difference
                assert ratio > 0
                assert int(ratio.p).bit_count() == int(ratio.q).bit_count() == 1
    assert k == len(problem.costs) == model.equations
