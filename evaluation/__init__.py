"""How good it is: data sets, measures, runs and reports."""
