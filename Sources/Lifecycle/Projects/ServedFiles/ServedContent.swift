internal import Adoption
internal import Digests
internal import Foundation
internal import Objects
internal import Registry
internal import Support

/// What a served file or folder is, taken into the object store.
struct ServedContent {
    /// What runs it; nil for ONNX Runtime.
    var runtime: ModelVersion.Runtime?
    /// Of the file, or of the list of the folder's files.
    var digest: Digest
    /// The file, or the list.
    var bytes: [UInt8]
    /// Of all files together.
    var size: Int

    /// What a path names, by what stands there: a folder of an MLflow model, LightGBM's text of a model, and otherwise an ONNX file.
    /// - Throws: `notFound`; `invalidInput` for a folder that is no model's.
    static func runtime(of path: String) throws(MartletError) -> ModelVersion.Runtime? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw MartletError(.notFound, "There is no file \(path).") }
        if isFolder.boolValue {
            guard access("\(path)/\(MLflowFolderFiles.describing)", R_OK) == 0 else {
                throw MartletError(
                    .invalidInput,
                    "\(path) is a folder without a file \(MLflowFolderFiles.describing). Name the folder of an MLflow model, or a model's file.")
            }
            return .python
        }
        guard let file = fopen(path, "rb") else { throw .system("read", path) }
        defer { fclose(file) }
        var start = [UInt8](repeating: 0, count: 5)
        return fread(&start, 1, 5, file) == 5 && start == Array("tree\n".utf8) ? .lightGBM : nil
    }
}

extension Project {
    /// Takes what is to be served into the object store.
    func content(of served: ServedFile) throws(MartletError) -> ServedContent {
        let runtime = try ServedContent.runtime(of: served.path)
        guard runtime == .python else {
            let bytes = try readWhole(served.path)
            return ServedContent(runtime: runtime, digest: try objects.put(bytes), bytes: bytes, size: bytes.count)
        }
        let files = try MLflowFolderFiles.take(served.path, into: objects)
        let bytes = files.json.compactBytes
        let size = files.entries.reduce(0) { $0 + $1.size }
        return ServedContent(runtime: runtime, digest: try objects.put(bytes), bytes: bytes, size: size)
    }
}
