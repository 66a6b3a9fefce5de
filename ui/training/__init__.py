"""The training view: practice customers, results, exams, typing, the way to live work."""
