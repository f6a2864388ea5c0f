"""Measures of a set of conversations: how diverse it is, how real it looks, what was lost and through whose fault."""
