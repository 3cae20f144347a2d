internal import Database
internal import Foundation
internal import Objects
internal import Registry
package import Support

/// Makes a project for tracking only: a server and a registry for clients, to which a table may be added later.
package enum TrackingTemplate {
    /// A project that is there already, and lacks charter, data and pipeline.
    struct Present {
        var project: String
        /// What stands in its file.
        var text: String
        /// A name for the models that it will train, where clients have registered some under that of the project.
        var freeModel: String?

        var sentences: [String] {
            freeModel.map { ["assumed: Clients have registered a model “\(project)”, so that those trained here are called “\($0)”."] } ?? []
        }
    }

    /// Writes the file.
    /// - Parameter rehearses: whether it is left unwritten.
    /// - Throws: `alreadyExists`.
    package static func make(folder: String, rehearses: Bool = false) throws(MartletError) -> ProjectTemplate.Made {
        let path = ProjectTemplate.path(in: folder)
        guard access(path, F_OK) != 0 else {
            throw MartletError(
                .alreadyExists, "\(path) exists already. “martlet serve” serves it; to add data, name a table: martlet init DATA --target COLUMN.")
        }
        let project = ProjectTemplate.name(of: folder)
        let text = """
            # Keep this file in Git. All that can stand here: docs/settings.md.
            martlet: 1
            project: \(project)
            # Without charter, data and pipeline this is a server for tracking and a registry. “martlet init DATA --target COLUMN” adds them.

            """
        if !rehearses {
            try makeFolder(folder)
            try replaceFile(path, with: Array(text.utf8))
        }
        return ProjectTemplate.Made(
            path: path, text: text, sentences: [],
            json: ["file": .string(path), "project": .string(project), "tracking_only": true])
    }

    /// Whether a folder is missing, or holds nothing that anybody would miss a project in.
    package static func isEmpty(_ folder: String) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return access(folder, F_OK) != 0 }
        return names.isEmpty
    }

    /// The project in a folder, if one for tracking only is there.
    /// - Parameter mayBeWhole: whether a project that has data already is passed over.
    /// - Throws: `alreadyExists` where a project is there that has data already.
    static func present(in folder: String, mayBeWhole: Bool) throws(MartletError) -> Present? {
        let path = ProjectTemplate.path(in: folder)
        guard access(path, F_OK) == 0 else { return nil }
        guard let file = try? ProjectFile(path: path), file.isTrackingOnly else {
            guard !mayBeWhole else { return nil }
            throw MartletError(.alreadyExists, "\(path) exists already. Edit it, or make the project in another folder with -C.")
        }
        return Present(project: file.project, text: file.text, freeModel: try freeModel(file, in: folder))
    }

    private static func freeModel(_ file: ProjectFile, in folder: String) throws(MartletError) -> String? {
        let path = "\(Project.stateFolder(folder))/martlet.db"
        guard access(path, F_OK) == 0 else { return nil }
        let taken = try SQLiteDatabase(path: path, durability: file.durability).read { session in
            try session.rows("SELECT name FROM registered_model").compactMap { $0.text("name") }
        }
        guard taken.contains(file.project) else { return nil }
        return (1...).lazy.map { "\(file.project.prefix(50))-trained\($0 == 1 ? "" : "\($0)")" }.first { !taken.contains($0) }
    }
}
