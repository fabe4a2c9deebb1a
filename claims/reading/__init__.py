"""Reads what an invoice says from a PDF's text: number, day, total, tax, currency, supplier. Leaves: no model is imported here.

What is found is a suggestion that the partner takes or leaves; nothing follows from it by itself.
"""
