"""Disclosure control: which numbers, texts and rows of a board may be published.

`public_tallies` hides small counts of children before anything is judged, so a public board is made
of public numbers alone. `families` finds the rules whose numbers could give each other away, and
`ledger` decides for them. `releases` reads what officers decided to publish nevertheless. `people`
says which indicators are about people, `free_text` finds small counts in commentary, and
`public_context` handles what stands beside the counts.
"""
