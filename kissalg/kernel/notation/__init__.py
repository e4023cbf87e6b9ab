"""The form of claims: for each quantity one module that writes it in words and reads claims about it.

Nothing here decides whether a claim is true, only what it says and which other claims follow from it.
"""
