"""``python -m kissalg``: the command line."""

from kissalg.cli import main

if __name__ == "__main__":
    main()
