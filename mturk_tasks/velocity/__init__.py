"""The subset of Velocity that survey folders are written in: read, checked and evaluated.

`blocks` and `expressions` read a template into the `tree`, `names` decides which references are
merged, `evaluation` makes a program of the tree, `values` and `methods` are what that program
calculates with, and `merge` fills a template with the rows of a survey.
"""
