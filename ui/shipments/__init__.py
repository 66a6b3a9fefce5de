"""Parcels on the screen: the logistics view and the panel beside the conversation."""
