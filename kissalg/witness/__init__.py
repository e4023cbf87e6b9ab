"""Exact solutions as the parameters and the witness of a certificate: one module for each family of theorems.

Each has some of the functions

- `interior(problem, psd, vectors) -> Parts`: from exact values of the variables, matrices as squares with a shift;
- `face(exact) -> Parts`: from a solution on a face;
- `claim(document, bound) -> str`: what a certificate claims, in one line.

`kissalg.certificate` chooses among them by tables.
"""
