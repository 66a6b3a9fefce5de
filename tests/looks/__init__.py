"""Pictures of the numbers in shops at the edge: none of them can be judged by a machine."""
