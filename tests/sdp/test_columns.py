"""The terms of generic programs, and files as models."""

from random import Random

import pytest
from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.sdp.model import (
    CoordinateSpace,
    FreeVariable,
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    Term,
)
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem, sampled_sdpa
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients

X, V, F = PsdVariable("X", 2), NonnegativeVariable("v", 2), FreeVariable("f", 2)
SPACE = CoordinateSpace(2)
MATRICES = (((0, 0, fmpq(1)), (0, 1, fmpq(2))), ((1, 1, fmpq(1, 3)),))
ROWS = ({0: fmpq(5)}, {0: fmpq(-1), 1: fmpq(7)})


def model() -> Model:
    terms = (
        MatrixCoefficients(X, SPACE, MATRICES),
        VectorCoefficients(V, SPACE, ROWS),
        VectorCoefficients(F, SPACE, ROWS),
    )
    objective = Objective(fmpq(0), {"X": fmpq_mat([[1, 2], [2, 3]]), "f": [fmpq(1), fmpq(-1)]})
    return Model("generic", {}, (X, V, F), (Identity("rows", SPACE, terms, fmpq_mat(2, 1, [1, 2])),), objective)


def test_polynomials_and_samples_agree() -> None:
    problem = model()
    random = Random(1)
    a, b, c = (fmpq(random.randint(-9, 9), 7) for _ in range(3))
    values = {"X": fmpq_mat([[a, b], [b, c]]), "v": [a, c], "f": [b, a]}
    for term in problem.identities[0].terms:
        column = SPACE.coefficients(term.polynomial(values[term.variable.name]))  # type: ignore[arg-type]  # a column
        for points in (SPACE.candidates, SPACE.candidates[1:]):
            expected = [column[SPACE.index(p)] for p in points]
            assert term.sample(points).values(values[term.variable.name]) == expected  # type: ignore[arg-type]  # values of the variables' kinds
    assert problem.residual("rows", values).entries() == [
        a + 4 * b + 5 * a + 5 * b - 1,
        c / 3 - a + 7 * c - b + 7 * a - 2,
    ]


def test_all_coordinates_are_needed() -> None:
    assert SPACE.is_unisolvent(SPACE.candidates)
    assert not SPACE.is_unisolvent([SPACE.candidates[0]] * 2)
    with pytest.raises(ExactnessError, match="coordinate below 2"):
        SPACE.is_unisolvent([(fmpq(2),), (fmpq(0),)])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: MatrixCoefficients(X, SPACE, MATRICES[:1]), "expected 2 matrices"),
        (lambda: MatrixCoefficients(X, SPACE, (((1, 0, fmpq(1)),), ())), "below the diagonal"),
        (lambda: MatrixCoefficients(X, SPACE, (((0, 2, fmpq(1)),), ())), "out of range"),
        (lambda: MatrixCoefficients(X, SPACE, (((0, 1, fmpq(1)),) * 2, ())), "two entries"),
        (lambda: VectorCoefficients(V, SPACE, ROWS[:1]), "expected 2 rows"),
        (lambda: VectorCoefficients(V, SPACE, ({2: fmpq(1)}, {})), "out of range"),
        (lambda: CoordinateSpace(0), "dimension >= 1"),
        (lambda: SPACE.from_coefficients([fmpq(1)]), "expected 2 coordinates"),
        (lambda: SPACE.coefficients(fmpq_mat(3, 1)), "a column of 2"),
        (lambda: FreeVariable("f", 0), "order >= 1"),
    ],
)
def test_wrong_data_are_refused(build: object, message: str) -> None:
    with pytest.raises(ExactnessError, match=message):
        build()  # type: ignore[operator]  # a function


def test_a_file_and_its_model_say_the_same() -> None:
    """The constraint matrices, the costs and the objective of (D), at a random point."""
    entries = (
        SdpaEntry(0, 1, 1, 2, fmpq(3)),
        SdpaEntry(0, 2, 2, 2, fmpq(5)),
        SdpaEntry(1, 1, 1, 2, fmpq(1, 2)),
        SdpaEntry(1, 2, 1, 1, fmpq(4)),
        SdpaEntry(2, 1, 2, 2, fmpq(-1)),
    )
    problem = SdpaProblem((fmpq(1), fmpq(2)), (2, -2), entries)
    found = sdpa_model(problem)
    y, diagonal = fmpq_mat([[2, 3], [3, 7]]), [fmpq(1, 3), fmpq(9)]
    values = {"X1": y, "X2": diagonal}
    f0 = frobenius(fmpq_mat([[0, 3], [3, 0]]), y) + 5 * diagonal[1]
    assert found.objective_value(values) == -f0
    assert found.residual("constraints", values).entries() == [3 + 4 * diagonal[0] - 1, -7 - 2]
    # and back: each constraint divided by a power of two
    back = sampled_sdpa(found, {"constraints": found.candidates(found.identities[0])})
    assert back.blocks == problem.blocks
    assert {(e.k, e.block, e.row, e.column) for e in back.entries} == {(e.k, e.block, e.row, e.column) for e in entries}


def test_free_variables_are_written_as_differences() -> None:
    written = sampled_sdpa(model(), {"rows": SPACE.candidates})
    assert written.blocks == (2, -2, -4)
    last = {(e.k, e.row): e.value for e in written.entries if e.block == 3}
    assert all(last[k, row + 2] == -value for (k, row), value in last.items() if row <= 2)


def test_programs_that_are_too_large_or_say_things_twice_are_refused() -> None:
    entry = SdpaEntry(1, 1, 1, 1, fmpq(1))
    with pytest.raises(ExactnessError, match="every entry once"):
        sdpa_model(SdpaProblem((fmpq(1),), (2,), (entry, entry)))
    with pytest.raises(ExactnessError, match="order at most"):
        sdpa_model(SdpaProblem((fmpq(1),), (-(10**9),), (entry,)))


def test_entries_are_what_the_polynomials_at_unit_values_say() -> None:
    """The terms that know their entries, against the definition that every term inherits."""
    for term in model().identities[0].terms:
        assert sorted(term.entries(SPACE)) == sorted(Term.entries(term, SPACE))
        for position, row in enumerate(term.sample(SPACE.candidates).entries()):
            assert sorted(row) == sorted((i, j, c) for k, i, j, c in term.entries(SPACE) if k == position)
