"""After-sales in the window: on the order, and in a view of their own."""
