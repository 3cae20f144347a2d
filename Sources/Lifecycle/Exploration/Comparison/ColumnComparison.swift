import Statistics
import Support
import Tables

/// One column on both sides.
struct ColumnComparison {
    let kind: ColumnKind
    let first: Column
    let second: Column

    func shift(_ name: String) throws(MartletError) -> ColumnShift {
        var shift = ColumnShift(name: name, kind: kind)
        shift.missing = [first, second].map { Double($0.missingCount) / Double(max(1, $0.count)) }
        let fromMissing = abs(shift.missing[0] - shift.missing[1])
        let (a, b) = (sample(first), sample(second))
        guard a.count > 0, b.count > 0 else {
            shift.shift = first.count > 0 && second.count > 0 ? fromMissing : nil
            shift.note = "no values on \(a.count == 0 && b.count == 0 ? "either side" : "one side")"
            return shift
        }
        if a.holdsFreeText || b.holdsFreeText {
            shift.note = "free text, not compared"
            shift.shift = fromMissing >= ColumnShift.threshold ? fromMissing : nil
            return shift
        }
        let test = try drift(reference: a, current: b, method: kind.isNumeric ? .kolmogorovSmirnov : .chiSquare)
        let distance = kind.isNumeric ? test.statistic : try drift(reference: a, current: b, method: .totalVariation).statistic
        shift.pValue = test.pValue
        shift.shift = max(distance ?? 0, fromMissing)
        if fromMissing > (distance ?? 0) { shift.pValue = try missingTest() }
        shift.figures = try figures(a, b, distance)
        shift.bins = bins
        return shift
    }

    private func figures(_ a: DriftSample, _ b: DriftSample, _ distance: Double?) throws(MartletError) -> [ColumnShift.Figure] {
        var figures = distance.map { [ColumnShift.Figure(kind.isNumeric ? "ks" : "total_variation", $0)] } ?? []
        if !kind.isNumeric { figures.append(.init("l_infinity", largestShareDifference(a, b))) }
        for (name, method) in [("jensen_shannon", DriftMethod.jensenShannon), ("psi", .psi)] {
            if let value = try drift(reference: a, current: b, method: method).statistic { figures.append(.init(name, value)) }
        }
        if kind.isNumeric, let value = try drift(reference: a, current: b, method: .wasserstein).statistic {
            figures.append(.init("wasserstein", value))
        }
        return figures
    }

    /// Whether values are missing as often on both sides.
    private func missingTest() throws(MartletError) -> Double? {
        func sample(_ column: Column) -> DriftSample {
            DriftSample(codes: (0..<column.count).map { column.isMissing($0) ? 1 : 0 }, labels: ["there", "missing"])
        }
        return try drift(reference: sample(first), current: sample(second), method: .chiSquare).pValue
    }

    private func sample(_ column: Column) -> DriftSample {
        switch column.values {
        case .numbers(let numbers): DriftSample(numbers: numbers)
        case .text(let text): DriftSample(codes: text.codes, labels: text.dictionary)
        }
    }

    private var bins: SharedBins? {
        if let a = first.numbers, let b = second.numbers { return SharedBins(a, b) }
        if let a = first.text, let b = second.text { return SharedBins(a, b) }
        return nil
    }
}
