"""What the benchmarks claim, checked where a wrong claim would look like a right one."""
