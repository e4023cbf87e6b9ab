"""three_point_fixed_size"""
