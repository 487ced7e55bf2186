"""The names of an earlier registry, for code that was written for it: the client of `modelregistry.client` is behind them."""
