"""The parts that judge, correct and confirm an order."""
