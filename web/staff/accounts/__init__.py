"""Signing in, invitations, people, one's own account, the record."""
