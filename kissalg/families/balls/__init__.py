"""balls"""
