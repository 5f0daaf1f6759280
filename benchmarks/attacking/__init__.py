"""Attacks on what the gate out lets through, each beside what could be guessed without it."""
