"""The form of certificates: one description from which they are written, read back and explained; it knows no theorem.

`schema` and `leaves` describe, `document` holds a certificate as typed data, `encoding` takes the values of a solution,
`parsing` and `matrices` read, `positivity` proves.
"""
