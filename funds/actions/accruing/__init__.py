"""From a file of sales to money in partners' funds: a manager sends it, Windfall checks it, the manager has it posted.

Reading and posting run behind the scenes. What is to be done stands in the upload's status; a task is only a hint, and the beat's
tick finds what a lost hint left. Who works on an upload holds its row's lock, which goes with the worker if that dies.
"""

from funds.actions.accruing.uploads import confirm, drop_upload, receive, recheck, why_not
from funds.actions.accruing.working import busy, progress_of, work

__all__ = ["busy", "confirm", "drop_upload", "progress_of", "receive", "recheck", "why_not", "work"]
