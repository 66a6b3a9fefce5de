"""Quick phrases in the window: the popup at the cursor, the side panel, and the view to keep them."""
