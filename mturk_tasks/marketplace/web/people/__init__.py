"""Who uses the site: accounts, sessions, invitations, and what guards the way in."""
