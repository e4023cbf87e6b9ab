"""semidefinite_program"""
