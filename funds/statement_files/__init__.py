"""What vendors' portals export, read and understood. Leaves all of them: they know bytes and words, no model.

`grids` makes lines of cells out of a file. `amounts` and `days` read single cells and find out how the file writes them.
`words` knows what portals call their columns and states, `columns` what a column holds, `headers` which line names them;
`layouts` is all of that for one table, and a person may correct it. `readers` makes a fund out of a line or says why it is none,
`identity` tells the funds apart, `understanding` does it for the file. Nothing is guessed: a line that can be read in two ways
is left out, and why.
"""
