"""The mailbox for complaints: one message becomes one case."""
