#!/usr/bin/env bash
# Build the source distribution and the wheel, look into the wheel, and run the tests from the unpacked source distribution in a fresh environment.
# Usage: scripts/sdist.sh [arguments of pytest]        (PYTHON=… for another interpreter than python3; about six minutes on two cores)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
export CI=true HYPOTHESIS_PROFILE="${HYPOTHESIS_PROFILE:-fast}" PIP_DISABLE_PIP_VERSION_CHECK=1
work=$(mktemp -d "${TMPDIR:-/tmp}/kissalg-sdist.XXXXXX")
trap 'rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; "$@"; }

step "${PYTHON:-python3}" -m venv "$work/venv"
PATH="$work/venv/bin:$PATH"
step pip install --quiet build
step python -m build --outdir "$work/dist" .

# The wheel is the package and nothing else; the source distribution stays small.
step python - "$work"/dist/*.whl "$work"/dist/*.tar.gz <<'PYTHON'
import os, sys, zipfile
wheel, source = sys.argv[1:]
names = zipfile.ZipFile(wheel).namelist()
top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
if top != {"kissalg"} or "kissalg/py.typed" not in names:
    sys.exit(f"the wheel should contain the package kissalg with py.typed, and nothing else; it contains {sorted(top)}")
if os.path.getsize(source) > 8_000_000:
    sys.exit(f"the source distribution has {os.path.getsize(source):,} bytes: exclude large files in pyproject.toml")
print(f"{len(names)} files in the wheel; {os.path.getsize(wheel):,} and {os.path.getsize(source):,} bytes")
PYTHON

step tar -xzf "$work"/dist/*.tar.gz -C "$work"
cd "$work"/kissalg-*/
step pip install --quiet '.[test]'
step pytest -n 2 "$@"
