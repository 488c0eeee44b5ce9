"""How the made-up tables of the sample are made: one module a family of tables.

`story` holds the figures that the quarter is to show; the others make people and events that add up
to them.  Nobody in these tables exists.
"""
