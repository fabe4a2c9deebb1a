"""Pages of fund requests: the list, the partner's draft, where one stands, the vendor's queue and decision."""
