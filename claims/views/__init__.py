"""Pages of claims: the list, the partner's draft and what stands of a filed one, the admin's review, finance's payments."""
