"""The terms of statements about polynomials: entries, samples and polynomials agree."""

import pytest
from flint import fmpq, fmpq_mat

from kissalg.algebra.groups import symmetric_group
from kissalg.families.nonnegative.model import Statement, statement
from kissalg.sdp.model import Term

STATEMENTS = [
    statement("x^4 + y^4 - x*y + 1", group=symmetric_group(2)),
    statement("x^3 - y", on=["1 - x^2 - y^2", "y"], products=True),
    statement("x*y", equal=["x^2 + y^2 - 1"], on=["x + 1/2"]),
]


@pytest.mark.parametrize("stated", STATEMENTS, ids=str)
def test_entries_are_what_the_polynomials_at_unit_values_say(stated: Statement) -> None:
    space = stated.space
    for term in stated.terms:
        entries = sorted(term.entries(space))
        assert entries == sorted(Term.entries(term, space))
        rows = space.evaluation_rows(space.candidates)
        for row, sampled in zip(rows, term.sample(space.candidates).entries(), strict=True):
            values: dict[tuple[int, int], fmpq] = {}
            for k, i, j, c in entries:
                values[i, j] = values.get((i, j), fmpq(0)) + row[k] * c
            assert {(i, j): c for i, j, c in sampled} == {place: c for place, c in values.items() if c != 0}


@pytest.mark.parametrize("stated", STATEMENTS, ids=str)
def test_samples_and_polynomials_agree(stated: Statement) -> None:
    space = stated.space
    for term in stated.terms:
        size = term.variable.size
        matrix = fmpq_mat(size, size, [fmpq(1, 1 + i + j) - (i * j) % 3 for i in range(size) for j in range(size)])
        polynomial = term.polynomial(matrix)
        expected = [space.evaluate(polynomial, point) for point in space.candidates]
        assert term.sample(space.candidates).values(matrix) == expected
