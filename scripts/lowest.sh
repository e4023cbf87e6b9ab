#!/usr/bin/env bash
# The lowest version of every dependency that pyproject.toml allows, in a fresh environment, and the fast tests with them.
# Usage: scripts/lowest.sh [arguments of pytest]        (PYTHON=… for another interpreter than python3; about eight minutes on two cores)
#
# uv chooses the lowest versions of what kissalg and its tests name themselves, and current versions of what these need in turn. Old
# versions warn of many things, so that warnings are no errors here. A package without a wheel for this Python
# would have to be compiled, which no user should have to do: that is an error, except for pure Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
export CI=true HYPOTHESIS_PROFILE="${HYPOTHESIS_PROFILE:-fast}" PIP_DISABLE_PIP_VERSION_CHECK=1
venv=$(mktemp -d "${TMPDIR:-/tmp}/kissalg-lowest.XXXXXX")
trap 'rm -rf "$venv"' EXIT

step() { printf '\n== %s\n' "$*"; "$@"; }

step "${PYTHON:-python3}" -m venv "$venv"
PATH="$venv/bin:$PATH"
export VIRTUAL_ENV="$venv"
step pip install --quiet uv
step uv pip install --quiet --resolution lowest-direct --only-binary :all: --no-binary kissalg --no-binary picos '.[test]'
step uv pip list
step pytest -n 2 -W default "$@"
