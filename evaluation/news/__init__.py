"""How good the sense for news is: lists, conflicting values, suggested questions."""
