"""What vendors' portals export, read and understood. Leaves all of them: they know bytes and words, no model.

`grids` makes lines of cells out of a file. `amounts` and `days` read single cells and find out how the file writes them.
`words` knows what portals call their columns and states. `layouts` finds the header and what its columns mean; a person may
correct it. `understanding` makes funds out of the lines and says of every other line why it is none. Nothing is guessed: a line
that can be read in two ways is left out, and why.
"""
