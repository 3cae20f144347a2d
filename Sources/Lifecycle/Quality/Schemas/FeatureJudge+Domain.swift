import Exploration
import Support

extension FeatureJudge {
    /// Holds the values against the feature's domain.
    mutating func judgeDomain() throws(MartletError) {
        switch feature.domain {
        case .named(let name): try judge(validator.schema.domains.first { $0.name == name }?.values ?? [])
        case .strings(let values): try judge(values)
        case .ints(let bounds): try judge(bounds)
        case .floats(let bounds, let disallowsNaN, let disallowsInfinity): try judge(bounds, disallowsNaN, disallowsInfinity)
        case .bools(let trueValue, let falseValue): try judgeBooleans([trueValue, falseValue].compactMap(\.self))
        case .other, nil: break
        }
    }

    private mutating func judge(_ allowed: [String]) throws(MartletError) {
        guard observed == .string else { return }
        let (rows, examples) = try table.outside(allowed, column)
        let share = Double(rows) / Double(max(1, table.present(column)))
        let tolerated = feature.minimumDomainMass.map { 1 - $0 } ?? 0
        guard rows > 0, share > tolerated || tolerated == 0 else { return }
        let shown = examples.prefix(5).map { "“\($0.value.prefix(60))” (\($0.count))" }.joined(separator: ", ")
        add(
            .unexpectedStrings, "Unexpected texts",
            "\(rows) rows hold texts that the schema does not list: \(shown)\(examples.count > 5 ? ", ..." : "").")
    }

    private mutating func judge(_ bounds: TableSchema.Bounds<Int>) throws(MartletError) {
        var (low, high): (Double?, Double?)
        switch observed {
        case .float: return
        case .int: (low, high) = (table.figures(column).low, table.figures(column).high)
        case .string:
            switch try table.wholeNumbers(column) {
            case .none: return
            case .notNumbers(let example):
                return add(.notIntString, "No whole numbers", "Some texts are no whole numbers, such as “\(example.prefix(60))”.")
            case .numbers(let least, let most, _): (low, high) = (least, most)
            }
        }
        if let least = bounds.least, let low, low < Double(least) {
            add(.smallInt, "Small numbers", "The least number is \(JSONValue.text(of: low)), below \(least).")
        }
        if let most = bounds.most, let high, high > Double(most) {
            add(.bigInt, "Great numbers", "The greatest number is \(JSONValue.text(of: high)), above \(most).")
        }
    }

    private mutating func judge(
        _ bounds: TableSchema.Bounds<Double>, _ disallowsNaN: Bool, _ disallowsInfinity: Bool
    ) throws(MartletError) {
        var (low, high, hasNaN): (Double?, Double?, Bool)
        switch observed {
        case .int: return
        case .float:
            let figures = table.figures(column)
            (low, high, hasNaN) = (figures.low, figures.high, figures.notANumber > 0)
        case .string:
            switch try table.numbers(column) {
            case .none: return
            case .notNumbers(let example):
                return add(.stringNotFloat, "No numbers", "Some texts are no numbers, such as “\(example.prefix(60))”.")
            case .numbers(let least, let most, let isThere): (low, high, hasNaN) = (least, most, isThere)
            }
        }
        if disallowsNaN, hasNaN { add(.hasNaN, "NaN", "Some values are NaN.") }
        // Bounds are of single precision in the schema.
        if let least = bounds.least, let low, Float(low) < Float(least) {
            add(.smallFloat, "Small numbers", "The least number is \(AnomalyReport.digits(low)), below \(AnomalyReport.digits(least)).")
        }
        if let most = bounds.most, let high, Float(high) > Float(most) {
            add(.bigFloat, "Great numbers", "The greatest number is \(AnomalyReport.digits(high)), above \(AnomalyReport.digits(most)).")
        }
        if disallowsInfinity, [low, high].contains(where: { $0.map { Float($0).isInfinite } == true }) {
            add(.hasInfinity, "Infinite numbers", "Some values are infinite.")
        }
    }

    private mutating func judgeBooleans(_ allowed: [String]) throws(MartletError) {
        let figures = table.figures(column)
        switch observed {
        case .string:
            let (rows, examples) = try table.outside(allowed, column)
            guard rows > 0 else { return }
            let shown = examples.first.map { "“\($0.value.prefix(60))”" } ?? ""
            let wanted = allowed.map { "“\($0)”" }.joined(separator: " or ")
            add(.boolUnexpectedString, "No truth values", "\(rows) rows hold other texts than \(wanted.isEmpty ? "none" : wanted), such as \(shown).")
        case .float:
            guard figures.notBoolean > 0 || figures.notANumber > 0 else { return }
            add(.boolUnexpectedFloat, "No truth values", "\(figures.notBoolean + figures.notANumber) rows hold numbers other than 0 and 1.")
        case .int:
            if let low = figures.low, low < 0 {
                add(.boolSmallInt, "No truth values", "The least number is \(JSONValue.text(of: low)), below 0.")
            } else if let high = figures.high, high > 1 {
                add(.boolBigInt, "No truth values", "The greatest number is \(JSONValue.text(of: high)), above 1.")
            }
        }
    }
}
