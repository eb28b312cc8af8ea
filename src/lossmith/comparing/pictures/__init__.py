"""The figures of an outcome. Names from the data are escaped, but for titles: Plotly reads its texts as HTML."""
