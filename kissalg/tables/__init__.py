"""Tables of proved bounds beside the values in the literature, as text, CSV, JSON, LaTeX or Markdown.

Main definitions: `Table` (the formats), `LISTINGS` and `listing_table` (rows from certificates), `known_values` (the
literature, with sources).
"""

from kissalg.tables.listings import LISTINGS, known_values, listing_table
from kissalg.tables.table import FORMATS, Table

__all__ = ["FORMATS", "LISTINGS", "Table", "known_values", "listing_table"]
