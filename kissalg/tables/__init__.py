"""Tables of proved bounds beside the values in the literature, as text, CSV, JSON, LaTeX or Markdown.

Main definitions: `Table` (the formats), `FAMILIES` and `family_table` (rows from certificates), `literature` (known values, with sources).
"""

from kissalg.tables.families import FAMILIES, Family, family_table
from kissalg.tables.table import FORMATS, Table

__all__ = ["FAMILIES", "FORMATS", "Family", "Table", "family_table"]
