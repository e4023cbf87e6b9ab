"""nonnegative"""
