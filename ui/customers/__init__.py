"""Customers on screen: the list, the card beside the conversation, tags."""
