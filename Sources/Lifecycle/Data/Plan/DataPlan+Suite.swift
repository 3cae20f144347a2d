import Foundation
import Quality
package import Support

extension DataPlan {
    /// Reads the suite file that `expect:` names, where it names one.
    /// - Parameter directory: the project's folder.
    /// - Throws: `notFound` where there is no such file; `invalidInput` with its line.
    package mutating func loadSuite(in directory: String) throws(MartletError) {
        guard let suite else { return }
        let path = suite.hasPrefix("/") ? suite : "\(directory)/\(suite)"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw MartletError(
                .notFound, "There is no file \(suite). “data.expect” is a list of expectations or the path of a suite file.", place: places["expect"])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MartletError(.invalidInput, "\(suite) is not UTF-8 text.", place: places["expect"])
        }
        expectations = try ExpectationSuite(text: text, file: suite).expectations
    }
}
