"""spherical_caps"""
