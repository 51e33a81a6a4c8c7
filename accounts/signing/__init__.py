"""Signing in and out: guesses that become slow, sessions that end, the list of one's own sessions."""
