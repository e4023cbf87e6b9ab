"""Bounds for independence numbers of graphs: theta, Lasserre's hierarchy, inequalities."""
