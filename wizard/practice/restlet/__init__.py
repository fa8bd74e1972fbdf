"""RESTlets and the scripts behind them."""
