"""The rule engine: pure functions from a pack, a history and a calendar to a verdict.

Nothing in here knows Django, a database, a clock on the wall or a language. `judge` is the one
place in the product where a deadline, a grade, a signature or a penalty is computed.
"""
