"""From a file of sales to what it says, inside the database: `tables` brings its cells in, `checks` asks what they are in a few
statements however many lines there are, `faults` says what is wrong with a line in words."""
