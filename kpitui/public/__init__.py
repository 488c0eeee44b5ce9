"""What may be published: which numbers, texts and rows of a board, and which are held back.

`tallies` hides small counts of children before anything is judged, so that a public board is made
of public numbers alone; `families` finds what gives what away; `people` says which indicators it is
about, and `asides` is about the rest of a page.
"""
