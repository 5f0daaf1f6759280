"""What it takes to search everything that the line writes for what it must not write."""
