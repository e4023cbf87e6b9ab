"""docs/formats: a page for every format, and examples that give the findings printed below them."""

import re
from pathlib import Path

import pytest

from kissalg.published import FORMATS, CheckOptions, recognise

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {path.stem: path.read_text() for path in sorted((DOCS / "formats").glob("*.md"))}
EXAMPLE = re.compile(r"```(?:json|text)\n(.*?)```\n+`([A-Z]+)  ([^`]*)`", re.DOTALL)


def test_every_format_has_a_page() -> None:
    assert set(PAGES) == set(FORMATS) - {"certificate"}
    index = (DOCS / "formats.md").read_text()
    for name, page in PAGES.items():
        assert index.count(f"(formats/{name}.md)") == 1
        assert page.startswith(f"# {name}\n")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_complete(name: str) -> None:
    for part in ("**Claim.**", "**Layout.**", "**Limits.**", "**Lacks.**"):
        assert PAGES[name].count(part) == 1, part
    assert EXAMPLE.search(PAGES[name]) or (name == "knwit" and "**Example.**" in PAGES[name])


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"knwit"}))
def test_examples(name: str) -> None:
    match = EXAMPLE.search(PAGES[name])
    assert match is not None
    data = match[1].encode()
    assert recognise(data) == name
    finding = FORMATS[name](data, CheckOptions())
    assert (finding.outcome.name, finding.statement) == (match[2], match[3])
