"""Everything that relies on private names of Textual; `guard` checks that they are still there.

`docs/textual.md` says of each name why it is used and what is lost without it.
"""
