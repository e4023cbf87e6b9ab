"""Integers in a range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ParameterError
from kissalg.exact.parameters import require_integer


@given(st.integers(-50, 50), st.integers(-20, 20), st.none() | st.integers(-20, 20))
def test_what_is_in_the_range_is_returned(value: int, low: int, high: int | None) -> None:
    if value >= low and (high is None or value <= high):
        assert require_integer("degree", value, low, high) == value
    else:
        with pytest.raises(ParameterError, match=rf"degree: expected an integer .*{low}.*, found {value}$"):
            require_integer("degree", value, low, high)


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, [1]])
def test_what_is_no_integer_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match="n: expected an integer >= 0, found"):
        require_integer("n", value, 0)
