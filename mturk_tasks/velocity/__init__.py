"""The subset of Velocity that survey folders are written in: read, checked, and translated onto Jinja.

`blocks` and `expressions` read a template into the `tree`, `names` decides which references are
merged, `translation` makes a Jinja program of the tree, `values` and `methods` are what that program
calculates with, and `merge` fills a template with the rows of a survey.
"""
