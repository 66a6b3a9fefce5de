"""What the desk remembers: one encrypted SQLite file, its change notes and its search index."""
