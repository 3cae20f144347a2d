internal import Support
internal import Tables

/// A value that is unlike the training data.
package struct InputFinding: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case range, category, missing, outlier }

    /// The place of the column; nothing for a row as a whole.
    var column: Int
    package var row: Int
    package var kind: Kind
}

/// What is unlike the training data in the rows of a request.
package struct InputFindings: Sendable {
    /// One a row: the share of training rows that are less unusual.
    package var scores: [Double]
    package internal(set) var findings: [InputFinding]
    private let columns: [GuardedColumn]
    /// The sentences of what is told; none where nothing is.
    package internal(set) var warnings: [String] = []
    /// What the settings say to refuse, and how.
    var refused: [InputFinding] = []
    var refusal: MartletError?

    init(scores: [Double], findings: [InputFinding], columns: [GuardedColumn]) {
        self.scores = scores
        self.findings = findings
        self.columns = columns
    }

    /// The score of the most unusual row.
    package var greatestScore: Double { scores.max() ?? 0 }

    /// The sentences that an answer carries at most.
    static let mostWarnings = 5

    /// What a finding says, of a table that was looked at.
    func sentence(_ finding: InputFinding, _ table: Table) -> String {
        let place = table.rowCount > 1 ? " in row \(finding.row)" : ""
        guard finding.kind != .outlier else {
            return "the row\(place.isEmpty ? "" : " \(finding.row)") as a whole has the outlier score \(InputFindings.figure(scores[finding.row]))"
        }
        let column = columns[finding.column]
        let value = table.columns[finding.column].json(finding.row)
        switch finding.kind {
        case .missing: return "\(column.name) is missing\(place); in training it never was"
        case .category: return "\(column.name) is “\((value.text ?? value.compact).prefix(40))”\(place), which training did not know"
        case .range, .outlier:
            let (low, high) = (column.range?.lowerBound ?? 0, column.range?.upperBound ?? 0)
            return "\(column.name) is \(value.compact)\(place); in training it was from \(JSONValue.text(of: low)) to \(JSONValue.text(of: high))"
        }
    }

    /// A score with four decimals, rounded down, so that 1 is never said of less.
    package static func figure(_ score: Double) -> String {
        let digits = String(Int(max(0, min(1, score)) * 10_000))
        return score >= 1 ? "1.0000" : "0." + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    /// The warnings in one line.
    package var text: String { warnings.joined(separator: "; ") }

    /// The headers of an answer over HTTP: `Martlet-Outlier-Score` of the most unusual row, and `Martlet-Input-Warnings` where something is told, in
    /// UTF-8 with percent signs for what a header cannot hold.
    package var headers: [(name: String, value: String)] {
        let score = [(name: "Martlet-Outlier-Score", value: InputFindings.figure(greatestScore))]
        return warnings.isEmpty ? score : score + [(name: "Martlet-Input-Warnings", value: InputFindings.headerText(text))]
    }

    private static func headerText(_ text: String) -> String {
        let text = text.replacing("“", with: "\"").replacing("”", with: "\"")
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
