"""average_kissing_polynomial"""
