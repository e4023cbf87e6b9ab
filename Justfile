# `just` lists the recipes; each is one line that you can also type yourself.
set positional-arguments

default:
    @just --list

# install for development in .venv
install:
    python3 -m venv .venv
    .venv/bin/pip install -q -e '.[test]'

# everything that CI runs, in a fresh environment
ci:
    .ci/run

# the tests with the lowest versions of all dependencies, in a fresh environment
lowest *arguments:
    scripts/lowest.sh "$@"

# the tests from the unpacked source distribution, in a fresh environment
sdist *arguments:
    scripts/sdist.sh "$@"

# fast feedback
check:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# format the sources
format:
    ruff check --fix .
    ruff format .

# the tests (arguments go to pytest)
test *arguments:
    pytest "$@"

# the tests that take longer than a minute
slow:
    pytest -m slow

# many more random examples
thorough:
    HYPOTHESIS_PROFILE=thorough pytest

# timings by stage
bench:
    pytest benchmarks --benchmark-only

# side by side with sdpa-multiprecision (pip install '.[sdpa]')
peers *arguments:
    python benchmarks/peers/side_by_side.py "$@"

# assemble the kernel into certificates/check.py, and count its lines in docs/trusted-base.md
checker:
    python scripts/standalone_checker.py
    python scripts/trusted_base.py

# verify every committed certificate and rewrite certificates/LEDGER.md
ledger:
    python -m kissalg.ledger certificates
