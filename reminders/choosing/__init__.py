"""The pages on which companies choose when they are told, and people who reads while they are away."""
