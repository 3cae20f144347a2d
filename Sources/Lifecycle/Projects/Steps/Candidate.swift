internal import Digests
internal import Foundation
internal import Objects
internal import Registry
internal import Support
internal import Tables

/// A trained model before it is registered: what a training step leaves for the comparison.
struct Candidate: Codable, Sendable {
    var step: String
    /// The built-in trainer, or `command`.
    var trainer: String
    var run: RunID
    /// The ONNX graph, in the object store.
    var graph: Digest
    var signature: Signature
    var parameters: JSONValue
    var importance: [ModelVersion.Share]
    var notes: [String]
    var size: Int
    /// Scores of the validation part, in the object store.
    var validationScores: Digest
    /// The trees behind the graph, in the object store; nil for other models.
    var trees: Digest?

    /// Stores the record.
    func store(in objects: DiskObjectStore) throws(MartletError) -> Digest {
        let bytes: Data
        do { bytes = try JSONEncoder().encode(self) } catch { throw MartletError(.defect, "A candidate could not be written.", cause: "\(error)") }
        return try objects.put(Array(bytes))
    }

    /// Reads a record that a step left.
    static func load(_ output: JSONValue, from objects: DiskObjectStore) throws(MartletError) -> Candidate? {
        guard let text = output["candidate"].text else { return nil }
        let bytes = try objects.bytes(Digest(rawValue: text))
        do { return try JSONDecoder().decode(Candidate.self, from: Data(bytes)) } catch {
            throw MartletError(.corrupted, "What a training step left cannot be read. Run it again with --force.", cause: "\(error)")
        }
    }
}

/// Doubles as bytes of an object, little-endian.
enum ScoresFile {
    static func bytes(_ scores: [Double]) -> [UInt8] {
        scores.withUnsafeBytes { Array($0) }
    }

    static func scores(_ bytes: [UInt8]) -> [Double] {
        let count = bytes.count / MemoryLayout<Double>.size
        return bytes.withUnsafeBytes { source in (0..<count).map { source.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) } }
    }
}
