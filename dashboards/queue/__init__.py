"""Money at risk: all that a partner can still do, in one order. What is read, the rows made of it, and how they are ordered."""
