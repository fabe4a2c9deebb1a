"""The acts on what a partner means to do."""
