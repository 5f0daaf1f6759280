"""The numbers again, in plain ``csv`` and ``dict`` code that shares nothing with the line.

Nothing of ours is imported here, and no file of labels is read: the meanings are typed a second
time, from the publishers' own words. Slow and simple on purpose; a disagreement is a fault in one
of the two, and the raw file decides which.
"""
