"""Runs all of Helpdesk's processes on one machine: starts them, brings them back when they die, stops them in order.

Nothing here knows Django, so that it can be tested with stand-in processes; `manage.py runall` hands it the real ones.
"""
