"""What idle money could be used for: `sizing` and `matching` reckon, `words` says why, `facts` reads, `taking` makes a draft."""
