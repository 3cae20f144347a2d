package import Support

/// How a figure differs between two states of a repository.
package struct FigureDifference: Sendable, Equatable {
    package var name: StageFigures.Name
    /// Nil where it was not there.
    package var old: JSONValue?
    package var new: JSONValue?

    /// The differences, in the order of the new state; what is gone stands last.
    /// - Parameter all: whether also figures that are the same.
    package static func between(_ old: StageFigures, _ new: StageFigures, all: Bool = false) -> [FigureDifference] {
        let names = new.names + old.names.filter { new.values[$0] == nil }
        return names.compactMap { name in
            let (before, after) = (old.values[name], new.values[name])
            if !all, let before, let after, before.isSame(as: after) { return nil }
            return FigureDifference(name: name, old: before, new: after)
        }
    }

    /// By how much it grew, where it is a number in both.
    package var change: JSONValue? {
        guard let old, let new else { return nil }
        if case (.integer(let a), .integer(let b)) = (old, new) {
            let (change, overflow) = b.subtractingReportingOverflow(a)
            return overflow ? .number(Double(b) - Double(a)) : .integer(change)
        }
        guard let a = FigureDifference.number(old), let b = FigureDifference.number(new) else { return nil }
        if case (.bool, .bool) = (old, new) { return .integer(Int64(exactly: b - a) ?? 0) }
        return .number(b - a)
    }

    private static func number(_ value: JSONValue) -> Double? { value.flag.map { $0 ? 1 : 0 } ?? value.double }
}
