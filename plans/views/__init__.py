"""Pages of what a partner means to do."""
