internal import Support
package import Versions

/// The content of a file or folder at one time, as `dvc.lock` tells it.
package struct FileVersion: Sendable, Equatable {
    package var name: ContentName
    /// By which generation of DVC the name was made.
    package var layout = ContentStore.Layout.current
    /// In bytes; of a folder, of all files in it.
    package var size: Int?
    /// How many files a folder has; nil for a file.
    package var files: Int?
    package var isExecutable = false

    package init(_ name: ContentName, size: Int?, files: Int? = nil, isExecutable: Bool = false) {
        self.name = name
        self.size = size
        self.files = files
        self.isExecutable = isExecutable
    }

    /// Whether the content is the same, whatever else is known of it.
    package func isSame(as other: FileVersion) -> Bool { name == other.name && layout == other.layout }
}

/// A path in `dvc.lock` with what it held.
package struct LockedFile: Sendable, Equatable {
    /// As it stands in `dvc.yaml`: relative to the stage's folder.
    package var path: String
    /// Nil where the file tells none, or one by another hash than MD5.
    package var version: FileVersion?

    package init(path: String, version: FileVersion?) {
        self.path = path
        self.version = version
    }

    init(_ value: JSONValue) {
        path = value["path"].text ?? ""
        guard let name = value["md5"].text.flatMap({ ContentName(checking: $0) }) else { return }
        var version = FileVersion(name, size: value["size"].int, files: value["nfiles"].int, isExecutable: value["isexec"].flag ?? false)
        if value["hash"].text == nil { version.layout = .legacy }
        self.version = version
    }

    /// As it is written: path, hash, md5, size, number of files.
    var value: JSONValue {
        var members = [JSONValue.Member("path", .string(path))]
        guard let version else { return .object(members) }
        if version.layout == .current { members.append(JSONValue.Member("hash", "md5")) }
        members.append(JSONValue.Member("md5", .string(version.name.description)))
        if let size = version.size { members.append(JSONValue.Member("size", JSONValue(size))) }
        if let files = version.files { members.append(JSONValue.Member("nfiles", JSONValue(files))) }
        if version.isExecutable { members.append(JSONValue.Member("isexec", true)) }
        return .object(members)
    }
}
