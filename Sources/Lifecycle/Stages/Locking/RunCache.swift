internal import Digests
internal import Foundation
internal import Settings
internal import Support
internal import Versions

/// What stages made of which inputs, as DVC keeps it beside its cache (`runs`): a stage that comes back to inputs it had once gets its outputs from there,
/// on whichever branch that was.
package struct RunCache: Sendable {
    private let root: String

    /// - Parameter cache: the folder of the cache.
    package init(cache: String) { root = "\(cache)/runs" }

    /// What a stage made of these inputs the last time; nil where it never had them.
    /// - Parameters:
    ///   - inputs: the command, dependencies and parameters.
    ///   - outputs: the paths that it writes.
    func entry(_ inputs: LockedStage, outputs: [String]) -> LockedStage? {
        let folder = folder(key(inputs, outputs))
        let newest = Folders.names(folder).compactMap { name -> (String, Int)? in
            (try? FileStamp(of: "\(folder)/\(name)")).map { (name, $0.modified) }
        }.max { $0.1 < $1.1 }
        guard let newest, let bytes = try? FileBytes.read("\(folder)/\(newest.0)", limit: 64_000_000),
            let node = try? SettingsNode(yaml: String(decoding: bytes, as: UTF8.self), file: newest.0, aliases: .expanded)
        else { return nil }
        let entry = LockedStage(node.stageValue)
        return Set(entry.outputs.map(\.path)) == Set(outputs) && entry.outputs.allSatisfy { $0.version != nil } ? entry : nil
    }

    /// Keeps what a stage made.
    /// - Throws: `inputOutput`, `storageFull`.
    func keep(_ stage: LockedStage) throws(MartletError) {
        let folder = folder(key(stage, stage.outputs.map(\.path)))
        let path = "\(folder)/\(Digest(of: PythonJSON.text(RunCache.named(stage.value))).rawValue)"
        guard access(path, F_OK) != 0 else { return }
        try Folders.make(folder)
        try FileBytes.replace(path, with: Array(YAMLWriter.text(stage.value.members).utf8))
    }

    private func folder(_ key: String) -> String { "\(root)/\(key.prefix(2))/\(key)" }

    private func key(_ stage: LockedStage, _ outputs: [String]) -> String {
        var value = RunCache.named(stage.value)
        value["outs"] = JSONValue(outputs.sorted(by: stageOrder))
        return Digest(of: PythonJSON.text(value)).rawValue
    }

    /// Without what does not belong to the name: sizes and numbers of files.
    private static func named(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(named))
        case .object(let members):
            .object(members.filter { $0.key != "size" && $0.key != "nfiles" }.map { JSONValue.Member($0.key, named($0.value)) })
        default: value
        }
    }
}
