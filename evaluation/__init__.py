"""How good it is: data sets, runs, measures, reports. Heavy libraries load only inside the functions that need them."""
