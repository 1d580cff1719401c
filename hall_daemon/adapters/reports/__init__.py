"""Forecasts of days and statistics, made by a child that answers one question and ends."""
