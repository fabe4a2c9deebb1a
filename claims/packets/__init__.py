"""The packet of a claim: `facts` gathers what its reader may see, `front` sets it, `binding` appends the proofs."""
