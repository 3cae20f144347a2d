import Support

/// What trees are trained on: columns of doubles, a label for each row, and perhaps a weight.
package struct TrainingMatrix: Sendable {
    /// Columns, each with one value a row; NaN is missing. Categorical columns hold whole codes from 0.
    package var features: [[Double]]
    package var featureNames: [String]
    /// Indexes of the columns that hold categories.
    package var categorical: [Int]
    /// Classes as 0, 1, ... or the number to be predicted.
    package var label: [Float]
    package var weight: [Float]?

    package init(features: [[Double]], featureNames: [String], categorical: [Int] = [], label: [Float], weight: [Float]? = nil) {
        self.features = features
        self.featureNames = featureNames
        self.categorical = categorical
        self.label = label
        self.weight = weight
    }

    package var rowCount: Int { label.count }

    /// The columns one after the other.
    var contiguous: [Double] { contiguousColumns(features) }

    /// Names that LightGBM takes: without spaces and the signs of JSON, each once. The engine's own names never leave it.
    var engineNames: [String] {
        var used: Set<String> = []
        return featureNames.enumerated().map { index, name in
            let plain = !name.isEmpty && name.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && !",:[]{}\"\\".unicodeScalars.contains($0) }
            if plain, used.insert(name).inserted { return name }
            var candidate = "Column_\(index)"
            while featureNames.contains(candidate) || !used.insert(candidate).inserted { candidate += "_" }
            return candidate
        }
    }

    /// Refuses what LightGBM would train on without a word, or die of.
    /// - Throws: `invalidInput` naming the column or row.
    func validate(_ parameters: TrainingParameters) throws(MartletError) {
        try validateShape()
        for index in categorical { try validateCategories(index) }
        try validateLabels(parameters)
    }

    private func validateShape() throws(MartletError) {
        guard rowCount > 0, !features.isEmpty else { throw MartletError(.invalidInput, "There are no rows or no features to train on.") }
        guard rowCount < Int(Int32.max), features.count < Int(Int32.max) else {
            throw MartletError(.invalidInput, "LightGBM trains on at most 2,147,483,646 rows. Train on a sample.")
        }
        guard featureNames.count == features.count else {
            throw MartletError(.defect, "There are \(features.count) features and \(featureNames.count) names of features.")
        }
        for (name, values) in zip(featureNames, features) where values.count != rowCount {
            throw MartletError(.defect, "Feature “\(name)” has \(values.count) values; there are \(rowCount) labels.")
        }
        for index in categorical where !features.indices.contains(index) {
            throw MartletError(.invalidInput, "There is no feature number \(index) to be categorical; there are \(features.count), counted from 0.")
        }
        guard let weight else { return }
        guard weight.count == rowCount else { throw MartletError(.defect, "There are \(rowCount) labels and \(weight.count) weights.") }
        guard weight.allSatisfy({ $0.isFinite && $0 >= 0 }), weight.contains(where: { $0 > 0 }) else {
            throw MartletError(.invalidInput, "Weights must be numbers of at least 0, one of them above it.")
        }
    }

    private func validateCategories(_ index: Int) throws(MartletError) {
        for (row, value) in features[index].enumerated() where !value.isNaN && Int32(exactly: value) == nil {
            throw MartletError(
                .invalidInput,
                "Categorical feature “\(featureNames[index])” has the value \(value) in row \(row): categories are whole numbers from 0.")
        }
    }

    private func validateLabels(_ parameters: TrainingParameters) throws(MartletError) {
        let labels = parameters.objective.labels(classes: parameters.classCount)
        for (row, value) in label.enumerated() where !(value.isFinite && labels.accepts(value)) {
            throw MartletError(
                .invalidInput, "The label in row \(row) is \(value); objective “\(parameters.objective.rawValue)” needs \(labels.description).")
        }
    }
}

/// Columns one after the other.
func contiguousColumns(_ columns: [[Double]]) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(columns.reduce(0) { $0 + $1.count })
    for column in columns { values.append(contentsOf: column) }
    return values
}
