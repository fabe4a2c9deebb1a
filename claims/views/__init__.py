"""Pages of claims: `filing` and `files` are the partner's, `review` the admin's, `paying` finance's."""
