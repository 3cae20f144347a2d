internal import Support

/// What `.dvcignore` files say of the paths of a repository: those of a folder and of all above it, the nearest first.
struct IgnoreScope: Sendable {
    private let root: String

    init(root: String) { self.root = root }

    /// The rules that hold in a folder.
    /// - Parameter folder: relative to the repository, empty for the top.
    func rules(in folder: String) -> RulesOfFolder {
        var path = ""
        var layers = [(TreePath(""), IgnoreRules.builtIn)]
        for name in [""] + folder.split(separator: "/").map(String.init) {
            path = path.isEmpty ? name : "\(path)/\(name)"
            let file = path.isEmpty ? "\(root)/.dvcignore" : "\(root)/\(path)/.dvcignore"
            guard let bytes = try? FileBytes.read(file, limit: 1 << 22) else { continue }
            layers.append((TreePath(path), IgnoreRules(String(decoding: bytes, as: UTF8.self))))
        }
        return RulesOfFolder(layers: layers)
    }
}

/// The rules of a folder and of those above it.
struct RulesOfFolder: Sendable {
    /// From the top down.
    let layers: [(folder: TreePath, rules: IgnoreRules)]

    /// Whether a path (relative to the repository) does not count; the folders above it are not asked about.
    func ignore(_ path: TreePath, isFolder: Bool) -> Bool {
        for (folder, rules) in layers.reversed() where !rules.isEmpty {
            guard let below = folder.bytes.isEmpty ? path : path.below(folder) else { continue }
            if let verdict = rules.verdict(below, isFolder: isFolder) { return verdict }
        }
        return false
    }

    /// Whether a path or a folder above it does not count.
    func ignoreSomewhere(_ path: String, isFolder: Bool) -> Bool {
        let names = path.split(separator: "/")
        return names.indices.contains { i in
            ignore(TreePath(names[...i].joined(separator: "/")), isFolder: i < names.count - 1 || isFolder)
        }
    }
}
