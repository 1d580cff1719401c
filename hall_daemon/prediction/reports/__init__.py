"""Forecasts of days, what another window would change, efficiency."""
