"""Workbooks that leave the application to be filled in, and come back to be looked at before they count.

Pure: plain values in, bytes out; plain cells in, plain values out. What is stored is the caller's.
"""
