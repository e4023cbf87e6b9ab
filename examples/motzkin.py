"""Motzkin's polynomial is nonnegative and no sum of squares; times 1 + x² + y² it is one.

Motzkin (1967); Reznick (1995).
"""

import kissalg as ka


def main() -> None:
    motzkin = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
    certificate = ka.certify_nonnegative(motzkin, multiplier=(1, 1))
    report = ka.verify(certificate)
    print(report)
    assert report.bound == 0
    refusal = ""
    try:
        ka.certify_nonnegative(motzkin)  # it is no sum of squares
    except ka.errors.InfeasibleError as error:
        refusal = str(error)
    assert "it is proved exactly" in refusal


if __name__ == "__main__":
    main()
