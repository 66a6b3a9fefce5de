"""What a shop does: plain Python, scriptable, no Qt."""
