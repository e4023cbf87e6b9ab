"""delsarte"""
