"""Pictures, for display only: nothing is computed from them. Needs matplotlib: ``pip install 'kissalg[plot]'``.

Everything is drawn on figures without pyplot, so that no display is needed and no global state is left behind.

Main definitions: `certificate.Pictured` (a certificate and its verdict), `polynomial.draw_polynomial`,
`spectra.draw_spectra`, `bounds.draw_bounds`, `style.save_figure`.
"""
