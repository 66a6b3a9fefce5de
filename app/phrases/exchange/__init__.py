"""Phrases from and to files: tables of 千牛 and others, JSON of help desks, our own."""
