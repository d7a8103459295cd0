"""Accounts of workers: invitations, passwords, sessions."""
