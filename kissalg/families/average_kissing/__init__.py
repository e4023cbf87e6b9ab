"""average_kissing"""
