import Digests
import Foundation
import Support

/// The files below a folder, by path. Links are not followed: they could lead anywhere.
struct FolderFiles {
    struct Entry {
        /// The path from the folder.
        var path: String
        var size: Int
        /// When it was last written, in seconds since 1970.
        var modified: Double
    }

    let root: String
    let entries: [Entry]
    /// How many links were passed over.
    let links: Int

    init(_ root: String) {
        self.root = root
        var (entries, links) = ([Entry](), 0)
        let walk = FileManager.default.enumerator(atPath: root)
        while let path = walk?.nextObject() as? String {
            let attributes = walk?.fileAttributes ?? [:]
            switch attributes[.type] as? FileAttributeType {
            case .typeRegular:
                let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                entries.append(Entry(path: path, size: (attributes[.size] as? NSNumber)?.intValue ?? 0, modified: modified))
            case .typeSymbolicLink: links += 1
            default: break
            }
        }
        self.entries = entries.sorted { $0.path < $1.path }
        self.links = links
    }

    /// A text that is another one once a file was added, removed or written to.
    var mark: String { Digest(of: entries.map { "\($0.path)\n\($0.size) \($0.modified)\n" }.joined()).short }

    func path(of entry: Entry) -> String { "\(root)/\(entry.path)" }

    /// Each file with its whole text: how MLflow's folders hold parameters and tags.
    func texts() throws(MartletError) -> [(name: String, text: String)] {
        var texts: [(name: String, text: String)] = []
        for entry in entries {
            guard let bytes = try FileWindow.whole(path(of: entry), limit: 16 << 20) else { continue }
            texts.append((entry.path, String(decoding: bytes, as: UTF8.self)))
        }
        return texts
    }

    static func exists(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The folders in a folder, by name.
    static func folders(in path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { exists("\(path)/\($0)") }.sorted()
    }
}
