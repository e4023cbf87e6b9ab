"""average_kissing_direct"""
