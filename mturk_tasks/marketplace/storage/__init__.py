"""How a marketplace is stored: its tables, in SQLite or PostgreSQL, and who writes when."""
