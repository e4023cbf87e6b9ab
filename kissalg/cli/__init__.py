"""The command line: ``kissalg bound``, ``kissalg verify``, ``kissalg check``, ``kissalg show``."""

from kissalg.cli.app import app, main

__all__ = ["app", "main"]
