"""The dates of what a person has to do: as a page, and as a feed that their own calendar reads."""
