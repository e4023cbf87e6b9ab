#!/usr/bin/env bash
# python-flint 0.7.1 (FLINT 3.2.0): the minimal polynomial of a zero matrix.
#
# Guess: fmpq_mat(n, n).minpoly() is x for every n >= 1, as for n = 1: the zero matrix is a root of x, and of no constant but 0.
# Seen: x for n = 1, and the constant polynomial 1 for n = 2 and 3. Repaired in python-flint 0.8.0.
# It matters where the degree of a minimal polynomial is used as the degree of the field that a matrix generates.
#
# Usage: findings/python-flint-minimal-polynomial-of-zero.sh        (PYTHON=… for another interpreter; needs PyPI)
set -euo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"

seen() {
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "python-flint==$1"
    "$work/venv/bin/python" -c 'import flint; print(f"python-flint {flint.__version__}, FLINT {flint.__FLINT_VERSION__}:",
        *(f"n = {n}: {flint.fmpq_mat(n, n).minpoly()};" for n in (1, 2, 3)))'
}

echo "guess: x for n = 1, 2, 3"
old=$(seen 0.7.1)
new=$(seen 0.8.0)
printf '%s\n' "$old" "$new"
[[ $old == *"n = 1: x; n = 2: 1; n = 3: 1;" && $new == *"n = 1: x; n = 2: x; n = 3: x;" ]] || { echo "this has changed"; exit 1; }
