"""The frame of the window; the only place where the areas meet."""
