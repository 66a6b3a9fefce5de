"""Data files the desk reads: styles, icons, texts, divisions, carriers, the practice shop."""
