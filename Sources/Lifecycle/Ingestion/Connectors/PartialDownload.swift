internal import Digests
internal import Foundation
internal import Objects
internal import Support

/// The beginning of a file that is being fetched, which survives a crash, and beside it what the server called that state of the file.
struct PartialDownload: Sendable {
    let path: String
    /// What the server called the file as it was when the download began; nil where it may not be gone on with.
    private(set) var validator: String?

    init(path: String) { self.path = path }

    /// - Parameter address: a beginning that came from another address is removed.
    init(folder: String, address: String) {
        path = "\(folder)/download"
        guard let note = try? JSONValue(parsing: readWhole("\(path).json")), note["address"].text == Digest(of: address).rawValue,
            let validator = note["validator"].text
        else {
            remove()
            return
        }
        // A weak tag says that two states mean the same, not that they are the same bytes.
        self.validator = validator.hasPrefix("W/") ? nil : validator
        if self.validator == nil { remove() }
    }

    /// Bytes.
    var size: Int { ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0 }

    /// Notes what the server calls the file, as the first bytes come.
    func note(_ validator: String?, of address: String) {
        let note: JSONValue = ["address": .string(Digest(of: address).rawValue), "validator": JSONValue(validator)]
        try? replaceFile("\(path).json", with: Array(note.compact.utf8))
    }

    func move(to target: String) throws(MartletError) {
        do { try FileManager.default.moveItem(atPath: path, toPath: target) } catch {
            throw MartletError(.inputOutput, "\(path) could not be moved.", cause: "\(error)")
        }
        try? FileManager.default.removeItem(atPath: "\(path).json")
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: "\(path).json")
    }
}
