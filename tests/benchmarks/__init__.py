"""Speed and memory as ratios to references measured in the same run; reported, never a gate."""
