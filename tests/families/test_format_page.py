"""The page of the format says what the forms of the families say."""

import importlib.util
from pathlib import Path

import pytest

from kissalg.errors import ParameterError
from kissalg.families import FAMILIES
from kissalg.witness.page import form_block, with_form_blocks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "certificate-format.md"
FORMS = {family.theorem: family.form for family in FAMILIES}


def test_the_page_is_current() -> None:
    """If this fails, run `python scripts/format_page.py`."""
    spec = importlib.util.spec_from_file_location("format_page", ROOT / "scripts" / "format_page.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert PAGE.read_text(encoding="utf-8") == script.current()


@pytest.mark.parametrize("theorem", FORMS)
def test_every_field_of_a_file_is_on_the_page(theorem: str) -> None:
    block = form_block(FORMS[theorem])
    for name in FORMS[theorem].parameters.__dataclass_fields__:
        assert f"| parameters.{name} | " in block
    assert f"## Theorem `{theorem}`\n<!-- form {theorem} -->\n{block}" in PAGE.read_text(encoding="utf-8")


def test_a_page_without_a_theorem_is_refused() -> None:
    page = PAGE.read_text(encoding="utf-8")
    with pytest.raises(ParameterError, match="look at delsarte"):
        with_form_blocks(page.replace("<!-- form delsarte -->", ""), FORMS)
    with pytest.raises(ParameterError, match="five-point"):
        with_form_blocks(page.replace("<!-- form delsarte -->", "<!-- form five-point -->"), FORMS)
