import Foundation
import Support
import Tables

/// Made-up rows with numbers, texts and missing values, and targets that depend on them.
struct MadeUpTable {
    var features: Table
    var binary: [UInt8] = []
    var classes: [Int32] = []
    var number: [Double] = []
    var weights: [Double] = []

    /// - Parameters:
    ///   - strange: adds texts that training did not see, and missing values in columns that had none.
    ///   - noise: columns that tell nothing.
    init(_ count: Int, seed: UInt64, strange: Bool = false, noise: Int = 0) throws {
        var random = RandomSource(seed: seed)
        let cities = ["Ulm", "Bonn", "Köln", "Gera", "Jena"]
        var (a, b, c): ([Double], [Double], [Double]) = ([], [], [])
        var (city, colour): ([String?], [String?]) = ([], [])
        for i in 0..<count {
            a.append(random.unit() * 50 + 1000)
            b.append(random.unit() < 0.2 ? .nan : random.unit() * 4 - 2)
            c.append(strange && i % 7 == 0 ? .nan : Double(random.below(6)))
            city.append(cities[min(random.below(5), random.below(5))])
            colour.append(random.unit() < 0.15 ? nil : ["red", "green", "blue"][min(random.below(3), random.below(3))])
            if strange, i % 11 == 0 { city[i] = "Atlantis" }
            if strange, i % 13 == 0 { city[i] = nil }
            let effect = (a[i] - 1025) / 20 + (b[i].isNaN ? 0.7 : b[i]) - c[i] / 5 + (city[i] == "Ulm" ? 0.8 : 0) + (colour[i] == "red" ? -0.6 : 0.1)
            binary.append(1 / (1 + exp(-effect)) > random.unit() ? 1 : 0)
            classes.append(Int32(min(3, max(0, (effect + random.unit() * 2 + 1).rounded(.down)))))
            number.append(effect * 3 + random.unit())
            weights.append(0.5 + random.unit())
        }
        let silent = (0..<noise).map { j in Column("n\(j + 10)", numbers: (0..<count).map { _ in random.unit() }) }
        features = try Table(
            [
                Column("n1", numbers: a), Column("n2", numbers: b), Column("n3", kind: .integer, numbers: c), Column("t1", strings: city),
                Column("t2", strings: colour),
            ] + silent)
    }

    /// The rows as a file for the reference scripts.
    func write(_ path: String, target: [Double]) throws {
        var text = (features.names + ["y", "w"]).joined(separator: ",") + "\n"
        for row in 0..<features.rowCount {
            let cells = features.columns.map { column in
                column.isMissing(row) ? "" : column.numbers.map { "\($0[row])" } ?? column.text?[row] ?? ""
            }
            text += (cells + ["\(target[row])", "\(weights[row])"]).joined(separator: ",") + "\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
