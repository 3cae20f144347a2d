internal import Foundation
package import Support

/// The settings of a repository: those of the machine, of the user, of the repository and of this clone, each over those before it.
package struct RepositoryConfig: Sendable {
    /// Where a setting is kept.
    package enum Level: Sendable, CaseIterable {
        /// Of everybody on this machine.
        case system
        /// Of this user.
        case user
        /// Of the repository: Git keeps it.
        case repository
        /// Of this clone alone: for what is secret.
        case local
    }

    package struct Value: Sendable, Equatable {
        package var text: String
        /// The folder that a relative path in it starts from.
        package var folder: String

        /// The value as a path: absolute.
        package var path: String {
            if text.hasPrefix("/") { return text }
            return URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).standardizedFileURL.path
        }
    }

    private var values: [String: [String: Value]] = [:]

    /// Reads the settings.
    /// - Parameters:
    ///   - root: of the repository.
    ///   - environment: where the folders of a user's settings are found.
    /// - Throws: `invalidInput` with file and line.
    package init(root: String, environment: [String: String]) throws(MartletError) {
        for level in Level.allCases {
            guard let file = RepositoryConfig.file(level, root: root, environment: environment) else { continue }
            guard let bytes = try? FileBytes.read(file, limit: 1 << 20) else { continue }
            for (section, entries) in try ConfigFile(parsing: String(decoding: bytes, as: UTF8.self), name: file).sections() {
                for (key, text) in entries { values[section, default: [:]][key] = Value(text: text, folder: Folders.parent(of: file)) }
            }
        }
    }

    /// The file of a level; nil where the user has no home.
    package static func file(_ level: Level, root: String, environment: [String: String]) -> String? {
        switch level {
        case .repository: return "\(root)/.dvc/config"
        case .local: return "\(root)/.dvc/config.local"
        case .user:
            if let folder = environment["DVC_GLOBAL_CONFIG_DIR"] { return "\(folder)/config" }
            let home = environment["HOME"].map { "\($0)/.config" }
            return (environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home).map { "\($0)/dvc/config" }
        case .system:
            if let folder = environment["DVC_SYSTEM_CONFIG_DIR"] { return "\(folder)/config" }
            return "\(environment["XDG_CONFIG_DIRS"]?.split(separator: ":").first.map(String.init) ?? "/etc/xdg")/dvc/config"
        }
    }

    /// A setting such as `cache`, `type`.
    package subscript(_ section: String, _ key: String) -> Value? { values[section]?[key] }

    /// The settings of a remote; nil where there is none of this name.
    package func remote(_ name: String) -> [String: Value]? { values["remote \"\(name)\""] }

    /// The names of the remotes, in order.
    package var remoteNames: [String] {
        values.keys.compactMap { $0.hasPrefix("remote \"") && $0.hasSuffix("\"") ? String($0.dropFirst(8).dropLast()) : nil }.sorted()
    }

    /// The remote that is meant where none is named.
    package var defaultRemote: String? { self["core", "remote"]?.text }

    /// Changes one level's file; its other lines stay.
    /// - Throws: `invalidInput` where the file cannot be read, `inputOutput`.
    package static func edit(
        _ level: Level, root: String, environment: [String: String], _ change: (inout ConfigFile) throws(MartletError) -> Void
    ) throws(MartletError) {
        guard let path = file(level, root: root, environment: environment) else {
            throw MartletError(.notFound, "There is no home folder to keep the setting in. Set HOME, or keep it in the repository.")
        }
        let text = (try? FileBytes.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var file = try ConfigFile(parsing: text, name: path)
        try change(&file)
        try Folders.make(Folders.parent(of: path))
        try FileBytes.replace(path, with: Array(file.text.utf8))
    }
}
