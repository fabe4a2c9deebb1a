"""What an owner takes to a vendor: two pages with the facts, five questions, and what was agreed.

`choosing` says which vendors, `facts` what is known of them, `questions` what to ask, `sheets` puts it in words for the page and
the paper alike as tables (`blocks`), `printing` sets the paper.
"""
