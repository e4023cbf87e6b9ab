"""average_kissing_radii"""
