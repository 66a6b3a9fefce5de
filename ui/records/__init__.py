"""Chats of the past in the window: looked at first, then brought along."""
