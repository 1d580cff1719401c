"""Matters (事项), pure: guides, the dictionary of fields, forms and their rules, papers. Values, and functions
over them.
"""
