"""Saltholm, a small pottery shop with the widget on every page: what a customer's own site looks like to Helpdesk.

It imports nothing of the product and knows only what a customer knows: the snippet. Its Content-Security-Policy is as
strict as a careful shop's, so a widget that needs more than it documents shows here first.
"""
