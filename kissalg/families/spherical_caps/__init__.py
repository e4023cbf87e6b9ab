"""Packings of spherical caps of several sizes."""
