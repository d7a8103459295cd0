"""The 23 commands of the Command Line Tools under their own names and options.

Paths are taken from the working directory, as they always were.
"""
