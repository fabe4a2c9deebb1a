"""Signs of trouble on claims, each with its evidence, for whoever decides. They decide nothing.

`signs_of` looks at any number of claims in the same few queries, and only at other claims that the reader may see.
"""

from claims.signs.details import shared_with
from claims.signs.signs import Sign, signs_of

__all__ = ["Sign", "shared_with", "signs_of"]
