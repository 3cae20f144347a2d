import Exploration
package import Support
import Tables

/// Infers a schema from a table by the rules of TensorFlow Data Validation's `infer_schema`: the type, whether values must be there, how many, and of
/// texts the list where few are different.
package struct SchemaProposer {
    /// A text column with at most so many different values has a list of them.
    package static let mostValues = 100

    private static let trueTexts: Set = ["TRUE", "true", "SET", "set", "1", ""]
    private static let falseTexts: Set = ["FALSE", "false", "CLEAR", "clear", "0"]

    private let table: JudgedTable

    package init(_ table: JudgedTable) { self.table = table }

    /// The schema that the table meets.
    /// - Throws: what the engine throws.
    package func schema() throws(MartletError) -> TableSchema {
        var schema = TableSchema()
        for column in table.columns {
            var feature = self.feature(column)
            if let (domain, list) = try domain(column) {
                feature.domain = domain
                if let list { schema.domains.append(list) }
            }
            schema.features.append(feature)
        }
        return schema
    }

    private func feature(_ column: TypedColumn) -> SchemaFeature {
        let kind: SchemaFeature.Kind =
            switch FeatureJudge.observed(column.kind, asked: nil) {
            case .int: .int
            case .float: .float
            case .string: .bytes
            }
        var feature = SchemaFeature(column.name, kind: kind)
        let present = table.present(column.name)
        feature.presence = .init(least: present > 0 ? 1 : 0)
        guard present > 0 else { return feature }
        if present == table.rowCount {
            feature.presence?.fraction = 1
            feature.shape = [1]
        } else {
            feature.valueCount = .init(1, 1)
        }
        return feature
    }

    private func domain(_ column: TypedColumn) throws(MartletError) -> (SchemaFeature.Domain, TableSchema.StringDomain?)? {
        let figures = table.figures(column.name)
        switch FeatureJudge.observed(column.kind, asked: nil) {
        case .float: return nil
        case .int:
            guard let low = figures.low, let high = figures.high, low >= 0, high == 1 else { return nil }
            return (.bools(trueValue: nil, falseValue: nil), nil)
        case .string: break
        }
        let values = try table.valueCounts(column.name, limit: Self.mostValues + 1).map(\.value)
        guard !values.isEmpty else { return nil }
        if let bools = bools(values) { return (bools, nil) }
        if case .numbers = try table.wholeNumbers(column.name) { return (.ints(.init()), nil) }
        guard values.count <= Self.mostValues else { return nil }
        // In the order of the bytes, as that tool lists them.
        let sorted = values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (.named(column.name), .init(name: column.name, values: sorted))
    }

    private func bools(_ values: [String]) -> SchemaFeature.Domain? {
        let (yes, no) = (values.filter(Self.trueTexts.contains), values.filter(Self.falseTexts.contains))
        guard yes.count <= 1, no.count <= 1, yes.count + no.count == values.count else { return nil }
        return .bools(trueValue: yes.first, falseValue: no.first)
    }
}
