"""The independence number of the Petersen graph is 4, and that of the pentagon at most √5: two exact proofs.

Lovász's theta number of a Kneser graph K(n, k) is C(n-1, k-1), which proves the theorem of Erdős, Ko and Rado; the
Petersen graph is K(5, 2).
"""

import kissalg as ka
from kissalg.algebra.graphs import cycle, kneser


def main() -> None:
    petersen = ka.bound_independence(kneser(5, 2), sharp=True)
    report = ka.verify(petersen.certificate, expect="alpha(I?LRCecq?) = 4")
    print(report)
    assert report.verified
    assert petersen.certificate.bound == 4

    pentagon = ka.bound_independence(cycle(5), sharp=True)
    print(ka.verify(pentagon.certificate).detail)  # … which give the bound sqrt(5)
    assert ka.verify(pentagon.certificate, expect="alpha(Dhc) = 2").verified  # an integer below √5

    second_step = ka.bound_independence(cycle(5), "las2")
    print(second_step.certificate.claim)
    assert second_step.certificate.bound - 2 < 1e-8


if __name__ == "__main__":
    main()
