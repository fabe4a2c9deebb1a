"""Shapes of what people type about what they mean to do."""
