"""The kissing numbers of R^8 and R^24 are 240 and 196560: Delsarte's bound is sharp.

Levenshtein (1979); Odlyzko and Sloane (1979).
"""

import kissalg as ka


def main() -> None:
    # vectors of shape (±2², 0^22), (∓3, ±1^23), (±2^8, 0^16) in the Leech lattice, and (±1², 0^6), (±1/2)^8 in E8
    kissing = {8: 4 * 28 + 2**7, 24: 4 * 276 + 24 * 2**12 + 759 * 2**7}
    for n, degree in ((8, 3), (24, 5)):
        run = ka.solve(ka.delsarte(n, "1/2", degree), settings=ka.sharp_settings())
        report = ka.verify(ka.certify(ka.round_to_face(run)))
        print(report)
        assert report.bound == kissing[n]


if __name__ == "__main__":
    main()
