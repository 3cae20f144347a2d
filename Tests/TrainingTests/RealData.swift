import EngineLibraries
import Foundation
import Support
import Tables
import Testing

/// The folders that tests find engines, Python packages and real data in.
enum Places {
    static let root: String = {
        var path = URL(filePath: #filePath).deletingLastPathComponent()
        while path.path != "/", !FileManager.default.fileExists(atPath: path.appending(path: "Package.swift").path) { path.deleteLastPathComponent() }
        return path.path
    }()

    static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static let data: String = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? root + "/../shared/data"

    static func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: data + "/" + file) }

    static let hasEngines = locator.path(of: .lightgbm) != nil && locator.path(of: .onnxruntime) != nil
    static let pythonFolder = root + "/.setup/python"
    static let hasPython = FileManager.default.fileExists(atPath: pythonFolder + "/onnx")
}

/// A small reader of separated values, independent of the engine that the program reads with.
struct SeparatedValues {
    var names: [String]
    var rows: [[String]]

    /// - Parameter names: nil where the first line names the columns.
    init(_ file: String, names: [String]? = nil) throws {
        let text = try String(contentsOfFile: Places.data + "/" + file, encoding: .utf8)
        var lines = text.split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        lines.removeAll { $0.count < 2 }
        self.names = names ?? lines.removeFirst().map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
        rows = lines
    }

    /// The table; a column is numeric where every value that is not missing is a number.
    func table(missing: Set<String>) throws -> Table {
        try Table(
            names.indices.map { j in
                let values = rows.map { missing.contains($0[j]) ? nil : $0[j] }
                let numbers = values.map { value in value.map { Double($0) } ?? .nan }
                if numbers.allSatisfy({ $0 != nil }) { return Column(names[j], numbers: numbers.map { $0 ?? .nan }) }
                return Column(names[j], strings: values)
            })
    }
}

enum RealData {
    static let adultNames = [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain",
        "capital_loss", "hours_per_week", "native_country", "income",
    ]
    static let wineNames = [
        "fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_sulfur_dioxide", "total_sulfur_dioxide", "density",
        "pH",
        "sulphates", "alcohol", "quality",
    ]

    static func adult(_ part: String) throws -> Table {
        var values = try SeparatedValues("adult-\(part).csv", names: adultNames)
        values.rows = values.rows.filter { $0.count == 15 }.map { row in
            var row = row
            if row[14].hasSuffix(".") { row[14].removeLast() }
            return row
        }
        return try values.table(missing: ["?"])
    }

    static func wine(_ colour: String) throws -> Table { try SeparatedValues("winequality-\(colour).csv", names: wineNames).table(missing: [""]) }

    static func pollution() throws -> Table { try SeparatedValues("pollution.csv").table(missing: ["NA"]) }
}
