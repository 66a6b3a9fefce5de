"""Orders in the window: list, details, verification beside the conversation."""
