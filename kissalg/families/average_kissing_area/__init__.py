"""average_kissing_area"""
