"""What every area leans on: errors, texts, paths, settings, permissions."""
