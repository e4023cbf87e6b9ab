"""Write the forms of certificates into docs/certificate-format.md: `python scripts/format_page.py`.

The blocks come from the families; tests/families/test_format_page.py keeps the page current.
"""

from pathlib import Path

from kissalg.atomic import write_atomically
from kissalg.families import FAMILIES
from kissalg.witness.page import with_form_blocks

PAGE = Path(__file__).parents[1] / "docs" / "certificate-format.md"


def current() -> str:
    """The page as it should be."""
    forms = {family.theorem: family.form for family in FAMILIES}
    return with_form_blocks(PAGE.read_text(encoding="utf-8"), forms)


if __name__ == "__main__":
    write_atomically(PAGE, current().encode())
