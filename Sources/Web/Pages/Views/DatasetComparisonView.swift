/// Two versions of datasets that are compared, as an address names them: `loans@v1...v2`, or `loans@v1...other@v3`.
package struct DatasetPair: Sendable, Equatable {
    package var first: String
    package var second: String

    package init(_ first: String, _ second: String) {
        self.first = first
        self.second = second
    }

    /// Reads a part of an address; nil where it names one version only.
    package init?(_ text: String) {
        guard let range = text.ranges(of: "...").last else { return nil }
        let (left, right) = (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
        guard !left.isEmpty, !right.isEmpty else { return nil }
        first = left
        second = right
        guard !right.contains("@"), right.first == "v", right.dropFirst().allSatisfy(\.isNumber), let at = left.lastIndex(of: "@") else { return }
        second = "\(left[..<at])@\(right)"
    }

    package var path: String {
        let short = second.lastIndex(of: "@").flatMap { at -> String? in
            first.hasPrefix(second[...at]) && first.lastIndex(of: "@").map { first[..<$0] == second[..<at] } == true
                ? String(second[second.index(after: at)...]) : nil
        }
        return PagePath.dataset("\(first)...\(short ?? second)")
    }
}

/// How far the columns of one version of a dataset lie from those of another.
package struct DatasetComparisonView: Sendable {
    /// One of the two versions.
    package struct Side: Sendable {
        /// `loans@v1`.
        package var name: String
        package var rows: Int
        /// Columns that the other does not have.
        package var own: [String]

        package init(_ name: String, rows: Int, own: [String] = []) {
            self.name = name
            self.rows = rows
            self.own = own
        }
    }

    /// One column.
    package struct Shift: Sendable {
        package var name: String
        package var kind: String
        /// From 0 for the same to 1; nil where nothing can be compared.
        package var shift: Double?
        package var isShifted: Bool
        package var pValue: Double?
        package var figures: [FactView]
        package var note: String?
        /// The first version is the reference.
        package var histogram: HistogramView?

        package init(
            _ name: String, kind: String, shift: Double?, isShifted: Bool, pValue: Double? = nil, figures: [FactView] = [], note: String? = nil,
            histogram: HistogramView? = nil
        ) {
            self.name = name
            self.kind = kind
            self.shift = shift
            self.isShifted = isShifted
            self.pValue = pValue
            self.figures = figures
            self.note = note
            self.histogram = histogram
        }
    }

    package var first: Side
    package var second: Side
    /// The most shifted first.
    package var columns: [Shift]

    package init(first: Side, second: Side, columns: [Shift]) {
        self.first = first
        self.second = second
        self.columns = columns
    }
}
