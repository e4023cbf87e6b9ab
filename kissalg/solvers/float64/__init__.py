"""Solvers in float64: Clarabel, and CVXOPT by way of PICOS."""

from kissalg.solvers.float64.engines import Engine, Float64Settings, Float64Solution, solve_float64

__all__ = ["Engine", "Float64Settings", "Float64Solution", "solve_float64"]
