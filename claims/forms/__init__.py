"""Shapes of what people type about claims: `filing` is the partner's, `review` the admin's, `paying` finance's."""
