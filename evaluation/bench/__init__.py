"""Speed and memory, as ratios to what a user would otherwise run, taken in one run."""
