"""The reader: the model that reads a question with a passage and scores the places that may answer it."""
