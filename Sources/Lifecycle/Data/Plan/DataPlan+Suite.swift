import Digests
import Foundation
import Quality
package import Support

extension DataPlan {
    /// Reads the files that `expect:` and `schema:` name, where they name any.
    /// - Parameter directory: the project's folder.
    /// - Throws: `notFound` where there is no such file; `invalidInput` with its line.
    package mutating func loadSuite(in directory: String) throws(MartletError) {
        if let suite {
            let bytes = try DataPlan.file(
                suite, in: directory, "“data.expect” is a list of expectations or the path of a suite file.", place: places["expect"])
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw MartletError(.invalidInput, "\(suite) is not UTF-8 text.", place: places["expect"])
            }
            expectations = try ExpectationSuite(text: text, file: suite).expectations
        }
        guard var schema else { return }
        let bytes = try DataPlan.file(
            schema.file, in: directory, "“data.schema” is a schema of TensorFlow Data Validation; “martlet data propose --schema FILE” writes one.",
            place: places["schema"])
        schema.digest = Digest(of: bytes)
        schema.schema = try TableSchema(bytes, file: schema.file)
        self.schema = schema
    }

    private static func file(_ file: String, in directory: String, _ hint: String, place: SourcePlace?) throws(MartletError) -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: file.hasPrefix("/") ? file : "\(directory)/\(file)") else {
            throw MartletError(.notFound, "There is no file \(file). \(hint)", place: place)
        }
        return Array(bytes)
    }
}
