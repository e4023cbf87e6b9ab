"""Pictures, for display only: nothing is computed from them. Needs matplotlib: ``pip install 'kissalg[plot]'``."""
