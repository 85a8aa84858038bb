"""The library: the stored articles, the one source of truth. FAISS and BM25 are derived from it."""
