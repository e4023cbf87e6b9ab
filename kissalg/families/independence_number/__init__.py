"""independence_number"""
