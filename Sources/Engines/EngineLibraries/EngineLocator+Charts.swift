extension EngineLocator {
    /// Plotly, which draws charts in browsers: a script that lies beside the engines, as its wheel unpacks. Nil where it is not installed; the pages
    /// then keep to their own drawings.
    package var plotly: String? { folders.lazy.map { "\($0)/plotly/plotly/package_data/plotly.min.js" }.first(where: FolderSearch.isFile) }
}
