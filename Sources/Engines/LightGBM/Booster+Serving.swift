package import Support

extension Booster {
    /// Predicts rows on the calling thread: the same bits as Python's `predict` on one thread. May be called on several threads at once: the engine
    /// only reads a finished model, and keeps its errors by thread.
    /// - Parameter values: rows × features, row by row; NaN is missing.
    /// - Returns: rows × `outputCount` values, row by row.
    package func answers(_ values: [Double], rows: Int) throws(MartletError) -> [Double] {
        guard rows > 0, rows < Int(Int32.max), values.count == rows * featureNames.count else {
            throw MartletError(.defect, "\(values.count) values are not \(rows) rows of \(featureNames.count) features.")
        }
        var answers = [Double](repeating: .nan, count: rows * outputCount)
        try predict(values, rows: rows, into: &answers)
        return answers
    }
}
